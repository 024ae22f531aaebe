namespace ActorEtcd.Specs.Sim;

/// <summary>How a call ended: with a result, with an error, or with neither when the member went down.</summary>
internal readonly record struct SimOutcome<T>(T? Result, EtcdError Error, bool IsKnown)
    where T : notnull
{
    public bool IsSuccess => IsKnown && Error == EtcdError.None;
}
