using System.Collections;

namespace Hyperion.Containers;

/// <summary>A collection of keys with values.</summary>
internal sealed class MapCodec<TCollection, TKey, TValue> : ContainerCodec
    where TCollection : IEnumerable<KeyValuePair<TKey, TValue>>
{
    /// <summary>Fills an empty collection; null when it cannot change.</summary>
    public Action<TCollection, TKey, TValue> Add { get; init; }

    public Func<TCollection> Empty { get; init; }

    /// <summary>Makes a collection that cannot change.</summary>
    public Func<List<KeyValuePair<TKey, TValue>>, TCollection> From { get; init; }

    /// <summary>Whether the collection compares as every collection of its kind does unless it is told.</summary>
    public Func<TCollection, bool> ComparesByDefault { get; init; } = static _ => true;

    public override bool IsMap => true;

    public override bool IsMutable => From is null;

    public override ICollection Items(object container)
    {
        var collection = (TCollection)container;
        if (!ComparesByDefault(collection))
        {
            throw new NotSupportedException($"a {typeof(TCollection)} with a comparer of its own cannot be written");
        }

        var items = new List<object>();
        foreach (var (key, value) in collection)
        {
            items.Add(key);
            items.Add(value);
        }

        return items;
    }

    public override object New() => Empty();

    public override void Fill(object container, List<object> items)
    {
        for (var i = 0; i < items.Count; i += 2)
        {
            Add((TCollection)container, As<TKey>(items[i]), As<TValue>(items[i + 1]));
        }
    }

    public override object Build(List<object> items)
    {
        var pairs = new List<KeyValuePair<TKey, TValue>>(items.Count / 2);
        for (var i = 0; i < items.Count; i += 2)
        {
            pairs.Add(new KeyValuePair<TKey, TValue>(As<TKey>(items[i]), As<TValue>(items[i + 1])));
        }

        return From(pairs);
    }
}
