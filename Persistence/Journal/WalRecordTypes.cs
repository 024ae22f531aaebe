namespace ActorEtcd.Persistence.Journal;

/// <summary>The types of records in a log. Zero is no type, so blank space is no record.</summary>
public static class WalRecordTypes
{
    /// <summary>The log's own: sequence of the first segment that is still needed.</summary>
    public const byte Trim = 1;

    /// <summary>The events of one atomic write.</summary>
    public const byte Events = 2;

    /// <summary>The events of a persistence id up to a sequence number are deleted.</summary>
    public const byte Deletion = 3;
}
