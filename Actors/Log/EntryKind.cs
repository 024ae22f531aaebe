namespace ActorEtcd.Log;

/// <summary>What an entry of the Raft log holds; the numbers are written to disk and never change.</summary>
public enum EntryKind
{
    /// <summary>The empty entry with which a leader opens its term.</summary>
    NoOp = 0,

    /// <summary>An encoded request of a client; opaque to Raft and to the log.</summary>
    Command = 1,

    /// <summary>An encoded <see cref="Raft.ConfigurationChange"/>.</summary>
    ConfigurationChange = 2,
}
