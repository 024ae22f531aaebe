namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>What is done to a register; null stands for "no value".</summary>
internal abstract record RegisterOperation
{
    public sealed record Read(string? Found) : RegisterOperation
    {
        public override string ToString() => $"read -> {Found ?? "nothing"}";
    }

    public sealed record Write(string? Value) : RegisterOperation
    {
        public override string ToString() => Value == null ? "delete" : $"write {Value}";
    }

    public sealed record CompareAndSet(string? Expected, string? Value, bool Succeeded) : RegisterOperation
    {
        public override string ToString() =>
            $"cas {Expected ?? "nothing"} -> {Value ?? "nothing"}: {(Succeeded ? "done" : "refused")}";
    }
}
