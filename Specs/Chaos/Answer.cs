namespace ActorEtcd.Specs.Chaos;

/// <summary>How a request ended, with the answer when there is one.</summary>
internal readonly record struct Answer<T>(Outcome Outcome, T? Value)
    where T : class
{
    public bool MayHaveHappened => Outcome != Outcome.Failed;
}
