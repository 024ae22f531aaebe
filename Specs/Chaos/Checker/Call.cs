namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>One operation of one client, with the answer inside it when there was one.</summary>
/// <param name="Start">Timestamp before the request was sent.</param>
/// <param name="End">Timestamp after the answer; <see cref="Never"/> when it is unknown whether the operation happened.</param>
internal sealed record Call<TOperation>(int Client, TOperation Operation, long Start, long End)
{
    public const long Never = long.MaxValue;

    public bool IsKnown => End != Never;
}
