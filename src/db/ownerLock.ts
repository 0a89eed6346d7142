/** Any number will do, as long as nobody else uses it in this database. */
export const OWNER_LOCK = 0x67_69_6c_69;
