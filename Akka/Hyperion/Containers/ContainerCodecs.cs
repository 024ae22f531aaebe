using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;

namespace Hyperion.Containers;

/// <summary>The collections of the platform that are written as their items.</summary>
internal static class ContainerCodecs
{
    private static readonly FrozenDictionary<Type, string> Makers = new Dictionary<Type, string>
    {
        [typeof(List<>)] = nameof(List),
        [typeof(LinkedList<>)] = nameof(LinkedList),
        [typeof(Queue<>)] = nameof(Queue),
        [typeof(Stack<>)] = nameof(Stack),
        [typeof(HashSet<>)] = nameof(HashSet),
        [typeof(SortedSet<>)] = nameof(SortedSet),
        [typeof(ConcurrentQueue<>)] = nameof(ConcurrentQueue),
        [typeof(ConcurrentStack<>)] = nameof(ConcurrentStack),
        [typeof(ConcurrentBag<>)] = nameof(ConcurrentBag),
        [typeof(ImmutableArray<>)] = nameof(ImmutableArray),
        [typeof(ImmutableList<>)] = nameof(ImmutableList),
        [typeof(ImmutableHashSet<>)] = nameof(ImmutableHashSet),
        [typeof(ImmutableSortedSet<>)] = nameof(ImmutableSortedSet),
        [typeof(ImmutableQueue<>)] = nameof(ImmutableQueue),
        [typeof(ImmutableStack<>)] = nameof(ImmutableStack),
        [typeof(Dictionary<,>)] = nameof(Dictionary),
        [typeof(SortedDictionary<,>)] = nameof(SortedDictionary),
        [typeof(SortedList<,>)] = nameof(SortedList),
        [typeof(ConcurrentDictionary<,>)] = nameof(ConcurrentDictionary),
        [typeof(ImmutableDictionary<,>)] = nameof(ImmutableDictionary),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(ImmutableSortedDictionary),
    }.ToFrozenDictionary();

    private static readonly ConcurrentDictionary<Type, ContainerCodec> Codecs = new();

    /// <summary>The codec of a collection; null when the type is none of them.</summary>
    public static ContainerCodec Find(Type type)
        => type.IsConstructedGenericType && Makers.ContainsKey(type.GetGenericTypeDefinition())
            ? Codecs.GetOrAdd(type, static one => Make(one))
            : null;

    private static ContainerCodec Make(Type type)
        => (ContainerCodec)typeof(ContainerCodecs)
            .GetMethod(Makers[type.GetGenericTypeDefinition()], BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments())
            .Invoke(null, null);

    private static bool IsDefault<T>(IEqualityComparer<T> comparer) => comparer.Equals(EqualityComparer<T>.Default);

    private static bool IsDefault<T>(IComparer<T> comparer) => comparer.Equals(Comparer<T>.Default);

    private static ContainerCodec List<T>() => new SequenceCodec<List<T>, T>
    {
        Empty = static () => [],
        Add = static (list, item) => list.Add(item),
    };

    private static ContainerCodec LinkedList<T>() => new SequenceCodec<LinkedList<T>, T>
    {
        Empty = static () => new LinkedList<T>(),
        Add = static (list, item) => list.AddLast(item),
    };

    private static ContainerCodec Queue<T>() => new SequenceCodec<Queue<T>, T>
    {
        Empty = static () => new Queue<T>(),
        Add = static (queue, item) => queue.Enqueue(item),
    };

    private static ContainerCodec Stack<T>() => new SequenceCodec<Stack<T>, T>
    {
        Empty = static () => new Stack<T>(),
        Add = static (stack, item) => stack.Push(item),
        IsReversed = true,
    };

    private static ContainerCodec HashSet<T>() => new SequenceCodec<HashSet<T>, T>
    {
        Empty = static () => [],
        Add = static (set, item) => set.Add(item),
        ComparesByDefault = static set => IsDefault(set.Comparer),
    };

    private static ContainerCodec SortedSet<T>() => new SequenceCodec<SortedSet<T>, T>
    {
        Empty = static () => [],
        Add = static (set, item) => set.Add(item),
        ComparesByDefault = static set => IsDefault(set.Comparer),
    };

    private static ContainerCodec ConcurrentQueue<T>() => new SequenceCodec<ConcurrentQueue<T>, T>
    {
        Empty = static () => new ConcurrentQueue<T>(),
        Add = static (queue, item) => queue.Enqueue(item),
    };

    private static ContainerCodec ConcurrentStack<T>() => new SequenceCodec<ConcurrentStack<T>, T>
    {
        Empty = static () => new ConcurrentStack<T>(),
        Add = static (stack, item) => stack.Push(item),
        IsReversed = true,
    };

    private static ContainerCodec ConcurrentBag<T>() => new SequenceCodec<ConcurrentBag<T>, T>
    {
        Empty = static () => [],
        Add = static (bag, item) => bag.Add(item),
        IsReversed = true,
    };

    // An array that was never made has no items to ask for; it is written, and comes back, as an empty one.
    private static ContainerCodec ImmutableArray<T>() => new SequenceCodec<ImmutableArray<T>, T>
    {
        From = static items => [.. items],
    };

    private static ContainerCodec ImmutableList<T>() => new SequenceCodec<ImmutableList<T>, T> { From = static items => [.. items] };

    private static ContainerCodec ImmutableHashSet<T>() => new SequenceCodec<ImmutableHashSet<T>, T>
    {
        From = static items => [.. items],
        ComparesByDefault = static set => IsDefault(set.KeyComparer),
    };

    private static ContainerCodec ImmutableSortedSet<T>() => new SequenceCodec<ImmutableSortedSet<T>, T>
    {
        From = static items => [.. items],
        ComparesByDefault = static set => IsDefault(set.KeyComparer),
    };

    private static ContainerCodec ImmutableQueue<T>() => new SequenceCodec<ImmutableQueue<T>, T> { From = static items => [.. items] };

    private static ContainerCodec ImmutableStack<T>() => new SequenceCodec<ImmutableStack<T>, T>
    {
        From = static items => System.Collections.Immutable.ImmutableStack.CreateRange(items),
        IsReversed = true,
    };

    private static ContainerCodec Dictionary<TKey, TValue>() => new MapCodec<Dictionary<TKey, TValue>, TKey, TValue>
    {
        Empty = static () => [],
        Add = static (map, key, value) => map.Add(key, value),
        ComparesByDefault = static map => IsDefault(map.Comparer),
    };

    private static ContainerCodec SortedDictionary<TKey, TValue>() => new MapCodec<SortedDictionary<TKey, TValue>, TKey, TValue>
    {
        Empty = static () => new SortedDictionary<TKey, TValue>(),
        Add = static (map, key, value) => map.Add(key, value),
        ComparesByDefault = static map => IsDefault(map.Comparer),
    };

    private static ContainerCodec SortedList<TKey, TValue>() => new MapCodec<SortedList<TKey, TValue>, TKey, TValue>
    {
        Empty = static () => new SortedList<TKey, TValue>(),
        Add = static (map, key, value) => map.Add(key, value),
        ComparesByDefault = static map => IsDefault(map.Comparer),
    };

    private static ContainerCodec ConcurrentDictionary<TKey, TValue>() => new MapCodec<ConcurrentDictionary<TKey, TValue>, TKey, TValue>
    {
        Empty = static () => new ConcurrentDictionary<TKey, TValue>(),
        Add = static (map, key, value) => map[key] = value,
        ComparesByDefault = static map => IsDefault(map.Comparer),
    };

    private static ContainerCodec ImmutableDictionary<TKey, TValue>() => new MapCodec<ImmutableDictionary<TKey, TValue>, TKey, TValue>
    {
        From = static pairs => System.Collections.Immutable.ImmutableDictionary.CreateRange(pairs),
        ComparesByDefault = static map => IsDefault(map.KeyComparer),
    };

    private static ContainerCodec ImmutableSortedDictionary<TKey, TValue>()
        => new MapCodec<ImmutableSortedDictionary<TKey, TValue>, TKey, TValue>
        {
            From = static pairs => System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(pairs),
            ComparesByDefault = static map => IsDefault(map.KeyComparer),
        };
}
