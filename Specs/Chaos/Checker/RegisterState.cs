namespace ActorEtcd.Specs.Chaos.Checker;

internal readonly record struct RegisterState(string? Value)
{
    public override string ToString() => Value ?? "nothing";
}
