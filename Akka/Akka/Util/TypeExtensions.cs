using System.Collections.Concurrent;
using Akka.Annotations;

namespace Akka.Util;

public static class TypeExtensions
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    public static bool Implements<T>(this Type type) => typeof(T).IsAssignableFrom(type);

    public static bool Implements(this Type type, Type moreGeneralType) => moreGeneralType.IsAssignableFrom(type);

    /// <summary>Type and assembly name without version, culture and key: stable between builds.</summary>
    [InternalApi]
    public static string TypeQualifiedName(this Type type) => Names.GetOrAdd(type, static t => ShortName(t));

    private static string ShortName(Type type)
    {
        var name = System.Text.RegularExpressions.Regex.Replace(
            type.AssemblyQualifiedName ?? type.FullName ?? type.Name,
            ", (Version|Culture|PublicKeyToken)=[^,\\]]*",
            string.Empty);
        return name.Replace("System.Private.CoreLib", "mscorlib", StringComparison.Ordinal);
    }
}
