/**
 * The advisory lock of the owning process. Any number works if nobody else uses it in this
 * database.
 */
export const OWNER_LOCK = 0x67_69_6c_69;
