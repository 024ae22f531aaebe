using System.Collections.Concurrent;
using System.Reflection;

namespace Hyperion.Format;

/// <summary>The fields of a type and its ancestors that are written, in an order that does not depend on the runtime.</summary>
internal sealed class TypeLayout
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, TypeLayout> Layouts = new();

    private readonly Dictionary<string, FieldInfo> _byName;

    private TypeLayout(Type type)
    {
        var found = new List<(string Name, FieldInfo Field)>();
        for (var owner = type; owner is not null && owner != typeof(object) && owner != typeof(Exception); owner = owner.BaseType)
        {
            foreach (var field in owner.GetFields(Own).Where(IsWritten))
            {
                // A private field may have the name of one that an ancestor has; then the ancestor's tells whose it is.
                var name = found.Exists(one => one.Name == field.Name) ? $"{owner.Name}.{field.Name}" : field.Name;
                found.Add((name, field));
            }
        }

        found.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        Names = [.. found.Select(static one => one.Name)];
        Fields = [.. found.Select(static one => one.Field)];
        _byName = found.ToDictionary(static one => one.Name, static one => one.Field);
        Fingerprint = FingerprintOf(found);
    }

    public string[] Names { get; }

    public FieldInfo[] Fields { get; }

    /// <summary>Differs, but for chance, when names or types of fields differ.</summary>
    public int Fingerprint { get; }

    public static TypeLayout Of(Type type) => Layouts.GetOrAdd(type, static one => new TypeLayout(one));

    /// <summary>The field of the name; null when the type has none.</summary>
    public FieldInfo Find(string name) => _byName.GetValueOrDefault(name);

    private static bool IsWritten(FieldInfo field)
        => !field.IsNotSerialized && !field.IsDefined(typeof(IgnoreAttribute));

    private static int FingerprintOf(List<(string Name, FieldInfo Field)> fields)
    {
        // FNV-1a: the runtime's own hash codes differ from process to process.
        var hash = 2166136261;
        foreach (var (name, field) in fields)
        {
            foreach (var character in $"{name}:{field.FieldType.Name};")
            {
                hash = (hash ^ character) * 16777619;
            }
        }

        return (int)hash;
    }
}
