namespace ActorEtcd.Specs.Chaos.Checker;

internal abstract record SetOperation
{
    public sealed record Add(string Element) : SetOperation
    {
        public override string ToString() => $"add {Element}";
    }

    public sealed record Remove(string Element) : SetOperation
    {
        public override string ToString() => $"remove {Element}";
    }

    public sealed record Read(IReadOnlyList<string> Found) : SetOperation
    {
        public override string ToString() => $"read -> {{{string.Join(' ', Found)}}}";
    }
}
