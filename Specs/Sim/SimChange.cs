namespace ActorEtcd.Specs.Sim;

/// <summary>One change of one key, as the first member that applied it told its watchers.</summary>
internal sealed record SimChange(long Revision, string Key, bool IsDelete, string Value, long Lease, uint Crc);
