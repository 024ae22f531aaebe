namespace Hyperion;

/// <summary>Collects the types of a <see cref="TypeFilter"/>. A generic type is included by its definition or as constructed.</summary>
public class TypeFilterBuilder
{
    private readonly List<Type> _types = [];

    private TypeFilterBuilder()
    {
    }

    public static TypeFilterBuilder Create() => new();

    public TypeFilterBuilder Include<T>() => Include(typeof(T));

    public TypeFilterBuilder Include(Type type)
    {
        _types.Add(type);
        return this;
    }

    public TypeFilter Build() => new(_types);
}
