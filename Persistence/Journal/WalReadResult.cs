namespace ActorEtcd.Persistence.Journal;

/// <summary>What lies at the place that a <see cref="WalReader"/> has reached.</summary>
internal enum WalReadResult
{
    Record,

    /// <summary>The file's end, or blank space up to it.</summary>
    End,

    /// <summary>Bytes that are no valid next record.</summary>
    Damaged,
}
