using System.Collections;

namespace Hyperion.Containers;

/// <summary>How a collection of the platform is taken apart and put together.</summary>
internal abstract class ContainerCodec
{
    /// <summary>Whether items are keys and values in turn.</summary>
    public abstract bool IsMap { get; }

    /// <summary>Whether the collection exists before its items do, so that they may refer to it.</summary>
    public abstract bool IsMutable { get; }

    /// <summary>Everything in it, in the order in which it is put together again; for a map keys and values in turn.</summary>
    /// <exception cref="NotSupportedException">It compares its items by rules of its own, which bytes cannot carry.</exception>
    public abstract ICollection Items(object container);

    /// <summary>An empty collection, when it is mutable.</summary>
    public abstract object New();

    /// <summary>Puts the items into what <see cref="New"/> made.</summary>
    public abstract void Fill(object container, List<object> items);

    /// <summary>A collection of the items, when it is not mutable.</summary>
    public abstract object Build(List<object> items);

    /// <summary>The item as what the collection holds.</summary>
    /// <exception cref="InvalidCastException">It is something else.</exception>
    protected static T As<T>(object item) => item is null && default(T) is not null
        ? throw new InvalidCastException($"null where {typeof(T)} is held")
        : (T)item;
}
