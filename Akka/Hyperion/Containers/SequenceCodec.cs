using System.Collections;

namespace Hyperion.Containers;

/// <summary>A collection of single items.</summary>
internal sealed class SequenceCodec<TCollection, T> : ContainerCodec
    where TCollection : IEnumerable<T>
{
    /// <summary>Fills an empty collection; null when it cannot change.</summary>
    public Action<TCollection, T> Add { get; init; }

    public Func<TCollection> Empty { get; init; }

    /// <summary>Makes a collection that cannot change.</summary>
    public Func<List<T>, TCollection> From { get; init; }

    /// <summary>Whether the collection compares as every collection of its kind does unless it is told.</summary>
    public Func<TCollection, bool> ComparesByDefault { get; init; } = static _ => true;

    /// <summary>Whether enumeration begins with what was put in last.</summary>
    public bool IsReversed { get; init; }

    public override bool IsMap => false;

    public override bool IsMutable => From is null;

    public override ICollection Items(object container)
    {
        var collection = (TCollection)container;
        if (!ComparesByDefault(collection))
        {
            throw new NotSupportedException($"a {typeof(TCollection)} with a comparer of its own cannot be written");
        }

        var items = new List<T>(collection);
        if (IsReversed)
        {
            items.Reverse();
        }

        return items;
    }

    public override object New() => Empty();

    public override void Fill(object container, List<object> items)
    {
        foreach (var item in items)
        {
            Add((TCollection)container, As<T>(item));
        }
    }

    public override object Build(List<object> items) => From(items.ConvertAll(As<T>));
}
