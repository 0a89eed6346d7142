import fc from "fast-check";

/**
 * Chance in property tests is an argument, too: the same tries for everybody, so that a change that fails
 * is a change that broke something. `PROPERTY_SEED=random` looks further, and a number repeats what it found.
 */
const asked = process.env["PROPERTY_SEED"] ?? "20210126";
if (asked !== "random") fc.configureGlobal({ seed: Number(asked) });
