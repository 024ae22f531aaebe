namespace ActorEtcd.Specs.Chaos;

internal enum Outcome
{
    Acknowledged,

    /// <summary>It certainly did not happen: it was not sent, or it was refused.</summary>
    Failed,

    /// <summary>It may have happened, may still happen, or never will.</summary>
    Unknown,
}
