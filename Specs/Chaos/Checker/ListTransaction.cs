using System.Collections.Immutable;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>A transaction over lists: what it read of some, and what it appended to some, all at one moment.</summary>
/// <param name="Reads">List and its whole content, elements separated by spaces.</param>
/// <param name="Appends">List and the element.</param>
internal sealed record ListTransaction(
    ImmutableArray<(string List, string Found)> Reads, ImmutableArray<(string List, string Element)> Appends)
{
    public override string ToString() => string.Join(
        ", ",
        Reads.Select(read => $"{read.List} -> [{read.Found}]").Concat(Appends.Select(append => $"{append.List} + {append.Element}")));
}
