using System.Collections.Immutable;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>Several lists by their value, each as text.</summary>
internal sealed class ListState : IEquatable<ListState>
{
    public static readonly ListState Empty = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), 0);

    private readonly ImmutableSortedDictionary<string, string> _lists;
    private readonly int _hash;

    private ListState(ImmutableSortedDictionary<string, string> lists, int hash)
    {
        _lists = lists;
        _hash = hash;
    }

    public string this[string list] => _lists.GetValueOrDefault(list, "");

    public ListState With(string list, string element)
    {
        string before = this[list];
        string after = before.Length == 0 ? element : $"{before} {element}";
        return new ListState(_lists.SetItem(list, after), _hash ^ HashOf(list, before) ^ HashOf(list, after));
    }

    public bool Equals(ListState? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && _lists.Count == other._lists.Count && _lists.SequenceEqual(other._lists));

    public override bool Equals(object? obj) => Equals(obj as ListState);

    public override int GetHashCode() => _hash;

    public override string ToString() => string.Join(", ", _lists.Select(list => $"{list.Key} [{list.Value}]"));

    private static int HashOf(string list, string text) => text.Length == 0 ? 0 : HashCode.Combine(list, text);
}
