using System.Collections.Immutable;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>A set by its value; the hash grows with it, so that comparing states is cheap.</summary>
internal sealed class SetState : IEquatable<SetState>
{
    public static readonly SetState Empty = new([], 0);

    private readonly int _hash;

    private SetState(ImmutableSortedSet<string> elements, int hash)
    {
        Elements = elements;
        _hash = hash;
    }

    public ImmutableSortedSet<string> Elements { get; }

    public SetState With(string element) => Elements.Contains(element) ? this : new(Elements.Add(element), _hash ^ HashOf(element));

    public SetState Without(string element) => Elements.Contains(element) ? new(Elements.Remove(element), _hash ^ HashOf(element)) : this;

    public bool Equals(SetState? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Elements.SetEquals(other.Elements));

    public override bool Equals(object? obj) => Equals(obj as SetState);

    public override int GetHashCode() => _hash;

    public override string ToString() => $"{{{string.Join(' ', Elements)}}}";

    private static int HashOf(string element) => element.GetHashCode(StringComparison.Ordinal);
}
