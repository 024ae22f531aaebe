using System.Collections.Immutable;
using Hyperion.Format;

namespace Hyperion;

/// <summary>A closed list of types.</summary>
public sealed class TypeFilter : ITypeFilter
{
    internal TypeFilter(IEnumerable<Type> types) => FilteredTypes = [.. types.Select(TypeNames.Of)];

    public ImmutableHashSet<string> FilteredTypes { get; }

    public bool IsAllowed(string typeName) => FilteredTypes.Contains(typeName);
}
