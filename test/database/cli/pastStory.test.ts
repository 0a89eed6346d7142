import { createHash, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createKeyring } from "../../../src/access/io/keyring.ts";
import type { Opened } from "../../../src/cli/open.ts";
import { createOutput } from "../../../src/cli/output.ts";
import { playPast } from "../../../sim/commands/pastStory.ts";
import { readSettings } from "../../../src/cli/settings.ts";
import { inviteFirstOwner } from "../../../src/people/io/operatorRoutes.ts";
import { fsck } from "../../../src/proof/fsck/io/fsck.ts";
import { createTestDatabase, describeOnDatabase } from "../../helpers/database.ts";

const QUIET = { ...createOutput(true), progress: () => undefined, endProgress: () => undefined };

/** The past story on an empty database, and who may come in afterwards. */
describeOnDatabase("a sale of last week", () => {
  it(
    "is there to look at, all in the past; its people's passwords open nothing; it is played once",
    { timeout: 240_000 },
    async () => {
      const { sql, target } = await createTestDatabase();
      const keyring = createKeyring(createHash("sha256").update("story").digest());
      const opened = { sql, keyring, backend: { target } } as unknown as Opened;
      const play = (environment: Record<string, string> = {}) =>
        playPast(opened, readSettings({ PORT: "8080", ...environment }), QUIET);
      /** A start that is stopped after so many lines of progress. */
      const cutOff = async (lines: number) => {
        let left = lines;
        const progress = () => {
          if (--left === 0) throw new Error("stopped");
        };
        const stopped = playPast(opened, readSettings({ PORT: "8080" }), { ...QUIET, progress });
        await expect(stopped).rejects.toThrow("stopped");
      };
      // Where messages would really be sent, nobody is made up.
      expect(await play({ SMTP_URL: "smtp://localhost" })).toEqual([]);
      await cutOff(1);
      await cutOff(5);
      const left = await sql`select 1 from account`;
      expect(left.length).toBeGreaterThan(0);
      // Things that somebody has made meanwhile are never deleted.
      const someone = randomUUID();
      await sql`
        insert into operator (operator_id, name, password_hash, role, created_at)
        values (${someone}, 'Somebody', 'known', 'owner', now())`;
      expect(await play()).toEqual([]);
      expect(await sql`select 1 from account`).toHaveLength(left.length);
      await sql`delete from operator where operator_id = ${someone}`;
      const stops = await play();
      expect(await sql`select 1 from sale`).toHaveLength(2);
      expect(stops.map((stop) => stop.path.slice(0, 3))).toEqual(["/d/", "/d/", "/s/", "/co"]);
      const [later] = await sql`
        select (select count(*)::int from decision where decided_at > now()) as decisions,
          (select count(*)::int from purchase_order where placed_at > now()) as orders,
          (select count(*)::int from appeal where state = 'upheld') as upheld`;
      expect(later).toMatchObject({ decisions: 0, orders: 0 });
      expect(later!.upheld).toBeGreaterThan(0);
      const findings = await fsck(sql, { keyring, nowMs: Date.now() });
      expect(findings.flatMap((finding) => finding.faults)).toEqual([]);
      const staff = () => sql`select name from operator where left_at is null`;
      expect(await staff()).toHaveLength(0);
      expect(await inviteFirstOwner(sql, keyring, Date.now())).not.toBeNull();
      // Every later start shows the whole tour.
      expect(await play()).toEqual(stops);
      // A story that was cut off in the middle left somebody behind: the next start shows them out.
      await sql`
        insert into operator (operator_id, name, password_hash, role, created_at)
        select ${randomUUID()}, name || '', 'known', 'owner', now() - interval '20 days'
        from (values ('Nobody of the story')) as made (name)`;
      await sql`update operator set left_at = null where name = 'Dewi (penyetuju)'`;
      expect(await play()).toEqual(stops);
      expect((await staff()).map((row) => row.name)).toContain("Nobody of the story");
      expect((await staff()).map((row) => row.name)).not.toContain("Dewi (penyetuju)");
      // Stopped just before its end was noted, it is played from its beginning again.
      await sql`truncate operator cascade`;
      await sql`update demo_story set finished_at = null, tour = null`;
      await cutOff(1);
      expect((await sql`select 1 from sale`).length).toBeLessThan(2);
    },
  );
});
