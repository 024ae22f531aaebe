namespace ActorEtcd.Specs.Chaos.Checker;

internal enum Verdict
{
    Linearizable,
    NotLinearizable,

    /// <summary>The time ended before the search did.</summary>
    Undecided,
}
