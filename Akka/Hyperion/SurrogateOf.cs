namespace Hyperion;

/// <summary>A surrogate of known types.</summary>
public class Surrogate<TSource, TSurrogate> : Surrogate
{
    public Surrogate(Func<TSource, TSurrogate> toSurrogate, Func<TSurrogate, TSource> fromSurrogate)
    {
        ToSurrogate = source => toSurrogate((TSource)source);
        FromSurrogate = surrogate => fromSurrogate((TSurrogate)surrogate);
        From = typeof(TSource);
        To = typeof(TSurrogate);
    }
}
