using System.Globalization;
using System.Reflection;

namespace ActorEtcd.Specs.Akka.Api;

/// <summary>
/// The public and protected members of an assembly, one per line, sorted. Overrides are left out: a caller cannot
/// tell whether a type overrides a member or inherits it.
/// </summary>
internal static class ApiSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes().Where(IsVisible))
        {
            Describe(type, lines);
        }

        return [.. lines];
    }

    private static void Describe(Type type, SortedSet<string> lines)
    {
        var name = NameOf(type);
        lines.Add($"{KindOf(type)} {name}");
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type))
            {
                lines.Add($"{name}.{value} = {Convert.ToInt64(Enum.Parse(type, value), CultureInfo.InvariantCulture)}");
            }

            return;
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            lines.Add($"{name}: {NameOf(invoke.ReturnType)} Invoke({Parameters(invoke)})");
            return;
        }

        foreach (var implemented in type.GetInterfaces().Where(IsAkkas))
        {
            lines.Add($"{name} is {NameOf(implemented)}");
        }

        for (var ancestor = type.BaseType; ancestor is not null && IsAkkas(ancestor); ancestor = ancestor.BaseType)
        {
            lines.Add($"{name} is {NameOf(ancestor)}");
        }

        foreach (var member in type.GetMembers(Declared))
        {
            foreach (var line in MemberLines(type, member))
            {
                lines.Add($"{name}: {line}");
            }
        }
    }

    private static IEnumerable<string> MemberLines(Type type, MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) =>
            [$"{Visibility(constructor)} .ctor({Parameters(constructor)})"],
        MethodInfo method when IsVisible(method) && IsOwn(method) && IsCallable(method) => [MethodLine(type, method)],
        PropertyInfo property => PropertyLines(type, property),
        FieldInfo field when (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName =>
            [FieldLine(field)],
        _ => [],
    };

    private static string MethodLine(Type type, MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition
            ? $"<{string.Join(",", method.GetGenericArguments().Select(a => a.Name))}>"
            : string.Empty;
        return $"{Visibility(method)} {Modifiers(type, method)}{NameOf(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    // A line for each accessor, because a caller that only reads does not mind who may write.
    private static IEnumerable<string> PropertyLines(Type type, PropertyInfo property)
    {
        var index = property.GetIndexParameters().Length > 0 ? $"[{Parameters(property.GetIndexParameters())}]" : string.Empty;
        foreach (var accessor in new[] { property.GetMethod, property.SetMethod })
        {
            if (accessor is null || !IsVisible(accessor) || !IsOwn(accessor))
            {
                continue;
            }

            var modifiers = accessor.IsStatic ? "static " : accessor.IsAbstract && !type.IsInterface ? "abstract " : string.Empty;
            var verb = accessor == property.SetMethod ? "set" : "get";
            yield return $"{Visibility(accessor)} {modifiers}{NameOf(property.PropertyType)} {property.Name}{index} {verb}";
        }
    }

    private static string FieldLine(FieldInfo field)
    {
        var visibility = field.IsPublic ? "public" : "protected";
        if (field.IsLiteral)
        {
            return $"{visibility} const {NameOf(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}";
        }

        var modifiers = (field.IsStatic ? "static " : string.Empty) + (field.IsInitOnly ? "readonly " : string.Empty);
        return $"{visibility} {modifiers}{NameOf(field.FieldType)} {field.Name}";
    }

    private static bool IsVisible(Type type) =>
        type.IsNested
            ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
            : type.IsPublic;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOwn(MethodInfo method) => method.GetBaseDefinition().DeclaringType == method.DeclaringType;

    private static bool IsCallable(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && method.Name[0] != '<';

    private static bool IsAkkas(Type type) =>
        type.Namespace is { } space && (space == "Akka" || space.StartsWith("Akka.", StringComparison.Ordinal)) && IsVisible(
            type.IsGenericType ? type.GetGenericTypeDefinition() : type);

    private static string Visibility(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static string Modifiers(Type type, MethodInfo method)
    {
        if (method.IsStatic)
        {
            return "static ";
        }

        if (type.IsInterface)
        {
            return string.Empty;
        }

        return method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal && !type.IsSealed ? "virtual " : string.Empty;
    }

    private static string KindOf(Type type) =>
        type.IsInterface ? "interface"
        : type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Parameters(MethodBase method)
    {
        var text = Parameters(method.GetParameters());
        return method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false) ? "this " + text : text;
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(p =>
    {
        var prefix = p.IsOut ? "out " : p.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : string.Empty;
        var value = p.HasDefaultValue ? " = " + Literal(p.RawDefaultValue) : string.Empty;
        return $"{prefix}{NameOf(p.ParameterType)} {p.Name}{value}";
    }));

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => '"' + text + '"',
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
        {
            return NameOf(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        var simple = type.Name.Split('`')[0];
        var outer = type.IsNested ? OuterName(type) + "." : type.Namespace + ".";
        var arguments = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToArray();
        return outer + simple + (arguments.Length == 0 ? string.Empty : $"<{string.Join(",", arguments.Select(NameOf))}>");
    }

    // A nested type of a generic one carries the outer type's arguments in front of its own.
    private static string OuterName(Type type)
    {
        var outer = type.DeclaringType!;
        return outer.IsGenericTypeDefinition
            ? NameOf(outer.MakeGenericType(type.GetGenericArguments()[..outer.GetGenericArguments().Length]))
            : NameOf(outer);
    }
}
