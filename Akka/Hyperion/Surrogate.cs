namespace Hyperion;

/// <summary>What stands for objects that cannot be written themselves.</summary>
public class Surrogate
{
    public Type From { get; protected set; }

    public Type To { get; protected set; }

    public Func<object, object> FromSurrogate { get; protected set; }

    public Func<object, object> ToSurrogate { get; protected set; }

    public static Surrogate Create<TSource, TSurrogate>(
        Func<TSource, TSurrogate> toSurrogate, Func<TSurrogate, TSource> fromSurrogate)
        => new Surrogate<TSource, TSurrogate>(toSurrogate, fromSurrogate);

    /// <summary>Whether objects of the type are written as their surrogate.</summary>
    public bool IsSurrogateFor(Type type) => From.IsAssignableFrom(type);
}
