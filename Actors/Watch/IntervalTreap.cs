namespace ActorEtcd.Watch;

/// <summary>
/// Ranges of keys in a randomised search tree ordered by start, each node knowing the greatest end below it. Its shape
/// depends on the ranges alone (priorities are hashes of them), not on a random source.
/// </summary>
/// <typeparam name="T">What is kept for a range; a set per distinct range.</typeparam>
internal sealed class IntervalTreap<T>
    where T : notnull
{
    private Node? _root;

    public bool Add(WatchRange range, T item)
    {
        var node = Lookup(range);
        if (node is not null)
        {
            return node.Items.Add(item);
        }

        _root = Insert(_root, new Node(range, item));
        return true;
    }

    public bool Remove(WatchRange range, T item)
    {
        var node = Lookup(range);
        if (node is null || !node.Items.Remove(item))
        {
            return false;
        }

        if (node.Items.Count == 0)
        {
            _root = Delete(_root, range);
        }

        return true;
    }

    public void Find<TState>(Bytes key, TState state, Action<TState, T> found) => Find(_root, key, state, found);

    private static void Find<TState>(Node? node, Bytes key, TState state, Action<TState, T> found)
    {
        while (node is not null && EndIsAfter(node.MaxEnd, key))
        {
            Find(node.Left, key, state, found);
            if (node.Range.Start > key)
            {
                return;
            }

            if (EndIsAfter(node.Range.End, key))
            {
                foreach (var item in node.Items)
                {
                    found(state, item);
                }
            }

            node = node.Right;
        }
    }

    private static bool IsOpen(Bytes end) => end.Length == 1 && end.Span[0] == 0;

    private static bool EndIsAfter(Bytes end, Bytes key) => IsOpen(end) || end > key;

    private static Bytes Later(Bytes a, Bytes b) => IsOpen(a) || (!IsOpen(b) && a >= b) ? a : b;

    private static int Compare(WatchRange a, WatchRange b)
    {
        var byStart = a.Start.CompareTo(b.Start);
        return byStart != 0 ? byStart : a.End.CompareTo(b.End);
    }

    private static Node Insert(Node? node, Node added)
    {
        if (node is null)
        {
            return added;
        }

        if (Compare(added.Range, node.Range) < 0)
        {
            node.Left = Insert(node.Left, added);
            return node.Left.Priority > node.Priority ? RotateRight(node) : node.Refresh();
        }

        node.Right = Insert(node.Right, added);
        return node.Right.Priority > node.Priority ? RotateLeft(node) : node.Refresh();
    }

    private static Node? Delete(Node? node, WatchRange range)
    {
        if (node is null)
        {
            return null;
        }

        var order = Compare(range, node.Range);
        if (order == 0)
        {
            return Merge(node.Left, node.Right);
        }

        if (order < 0)
        {
            node.Left = Delete(node.Left, range);
        }
        else
        {
            node.Right = Delete(node.Right, range);
        }

        return node.Refresh();
    }

    private static Node? Merge(Node? left, Node? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        if (left.Priority > right.Priority)
        {
            left.Right = Merge(left.Right, right);
            return left.Refresh();
        }

        right.Left = Merge(left, right.Left);
        return right.Refresh();
    }

    private static Node RotateRight(Node node)
    {
        var top = node.Left!;
        node.Left = top.Right;
        top.Right = node.Refresh();
        return top.Refresh();
    }

    private static Node RotateLeft(Node node)
    {
        var top = node.Right!;
        node.Right = top.Left;
        top.Left = node.Refresh();
        return top.Refresh();
    }

    private Node? Lookup(WatchRange range)
    {
        var node = _root;
        while (node is not null)
        {
            var order = Compare(range, node.Range);
            if (order == 0)
            {
                return node;
            }

            node = order < 0 ? node.Left : node.Right;
        }

        return null;
    }

    private sealed class Node(WatchRange range, T item)
    {
        public WatchRange Range { get; } = range;

        public HashSet<T> Items { get; } = [item];

        public int Priority { get; } = range.GetHashCode();

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public Bytes MaxEnd { get; private set; } = range.End;

        public Node Refresh()
        {
            var end = Range.End;
            end = Left is null ? end : Later(end, Left.MaxEnd);
            MaxEnd = Right is null ? end : Later(end, Right.MaxEnd);
            return this;
        }
    }
}
