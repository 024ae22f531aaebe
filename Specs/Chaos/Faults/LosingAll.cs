namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>Chance that loses all that can be lost, and tears nothing.</summary>
internal sealed class LosingAll : Random
{
    public static readonly LosingAll Instance = new();

    public override int Next(int maxValue) => maxValue - 1;
}
