namespace ActorEtcd.Store;

/// <summary>
/// The writer's side of the key index, an ordered copy-on-write B+tree. <see cref="Seek"/> finds the place of a key;
/// the next change applies to that place. Nodes that readers may see are copied once per batch, before they change in
/// a way that readers could notice.
/// </summary>
internal sealed class KeyIndex
{
    private const int DepthMax = 24;

    /// <summary>A node with fewer slots is joined with a neighbour, if the two leave room for growth.</summary>
    private const int SlotsMin = TreeNode.Width / 4;
    private const int SlotsJoinedMax = TreeNode.Width * 3 / 4;

    private readonly InnerNode[] _path = new InnerNode[DepthMax];
    private readonly int[] _pathIndex = new int[DepthMax];
    private TreeNode _root = new LeafNode(epoch: 0);
    private long _epoch;
    private int _depth;
    private LeafNode _leaf;
    private int _index;

    public KeyIndex() => _leaf = (LeafNode)_root;

    public TreeNode Root => _root;

    /// <summary>The newest change of the sought key, or null.</summary>
    public RevisionNode? Head { get; private set; }

    /// <summary>The index's own copy of the sought key; only when there is a <see cref="Head"/>.</summary>
    public byte[] Key => _leaf.Slots[_index].Key;

    /// <summary>Hands the tree as it is to readers; later changes copy.</summary>
    public TreeNode Freeze()
    {
        _epoch++;
        return _root;
    }

    public void Seek(ReadOnlySpan<byte> key)
    {
        _depth = 0;
        var node = _root;
        while (node is InnerNode inner)
        {
            Invariant.Check(_depth < DepthMax, $"the key index is deeper than {DepthMax}");
            var child = inner.ChildIndex(key);
            _path[_depth] = inner;
            _pathIndex[_depth++] = child;
            node = inner.Slots[child].Child;
        }

        _leaf = (LeafNode)node;
        _index = _leaf.LowerBound(key);
        Head = _leaf.Holds(_index, key) ? _leaf.Slots[_index].Head : null;
    }

    /// <summary>
    /// Puts a newer change on top of those of the sought key, which is there. While the key goes on existing this is
    /// done in place, under the eyes of readers: they look for the newest change that is not after their revision, so
    /// they find the same one as before, and no count changes.
    /// </summary>
    public void Push(RevisionNode head)
    {
        Invariant.Check(head.Prev == Head, "pushed a change that does not stand on the newest one");
        if (Head is { IsTombstone: false } && !head.IsTombstone)
        {
            Volatile.Write(ref _leaf.Slots[_index].Head, head);
            Head = head;
        }
        else
        {
            Replace(head);
        }
    }

    /// <summary>Gives the sought key, which is there, another history; readers keep the one that they have.</summary>
    public void Replace(RevisionNode head)
    {
        Invariant.Check(Head is not null, "replaced a key that the index does not hold");
        Own();
        _leaf.Live += (head.IsTombstone ? 0 : 1) - (Head.IsTombstone ? 0 : 1);
        _leaf.Slots[_index].Head = head;
        Head = head;
        UpdatePath();
    }

    /// <summary>Takes in the sought key, which is not there.</summary>
    public void Insert(byte[] key, RevisionNode head)
    {
        Invariant.Check(Head is null, "inserted a key that the index holds");
        Own();
        if (_leaf.Count == TreeNode.Width)
        {
            InsertSplitting(key, head);
        }
        else
        {
            _leaf.Insert(_index, key, head);
            UpdatePath();
        }

        Head = head;
    }

    /// <summary>Removes the sought key, which is there. The next change needs a new <see cref="Seek"/>.</summary>
    public void Remove()
    {
        Invariant.Check(Head is not null, "removed a key that the index does not hold");
        Own();
        _leaf.RemoveAt(_index);
        UpdatePath();
        Head = null;
        TreeNode node = _leaf;
        for (var level = _depth - 1; level >= 0 && node.Count < SlotsMin; level--)
        {
            Shrink(_path[level], _pathIndex[level]);
            UpdatePathAbove(level);
            node = _path[level];
        }

        while (_root is InnerNode { Count: 1 } inner)
        {
            _root = inner.Slots[0].Child;
        }

        if (_root.Count == 0)
        {
            _root = new LeafNode(_epoch);
        }
    }

    private void Own()
    {
        for (var level = 0; level < _depth; level++)
        {
            if (_path[level].Epoch != _epoch)
            {
                _path[level] = _path[level].Clone(_epoch);
                Attach(level - 1, _path[level]);
            }
        }

        if (_leaf.Epoch != _epoch)
        {
            _leaf = _leaf.Clone(_epoch);
            Attach(_depth - 1, _leaf);
        }
    }

    private void Attach(int level, TreeNode child)
    {
        if (level < 0)
        {
            _root = child;
        }
        else
        {
            _path[level].Slots[_pathIndex[level]].Child = child;
        }
    }

    private void UpdatePath()
    {
        if (_depth > 0)
        {
            _path[_depth - 1].Update(_pathIndex[_depth - 1], _leaf);
            UpdatePathAbove(_depth - 1);
        }
    }

    private void UpdatePathAbove(int level)
    {
        for (var above = level - 1; above >= 0; above--)
        {
            _path[above].Update(_pathIndex[above], _path[above + 1]);
        }
    }

    private void InsertSplitting(byte[] key, RevisionNode head)
    {
        // Keys that arrive in order fill their leaves: only the newcomer goes to the right.
        var right = _leaf.SplitAt(_index == TreeNode.Width ? TreeNode.Width : TreeNode.Width / 2);
        if (_index > _leaf.Count || right.Count == 0)
        {
            right.Insert(_index - _leaf.Count, key, head);
            (var left, _leaf, _index) = (_leaf, right, _index - _leaf.Count);
            AddRight(_depth - 1, left, right.Slots[0].Key, right);
        }
        else
        {
            _leaf.Insert(_index, key, head);
            AddRight(_depth - 1, _leaf, right.Slots[0].Key, right);
        }
    }

    // Invariant: left is the child that the path names at this level, changed in place; right is new beside it.
    private void AddRight(int level, TreeNode left, byte[] separator, TreeNode right)
    {
        if (level < 0)
        {
            var root = new InnerNode(_epoch);
            root.Insert(0, [], left);
            root.Insert(1, separator, right);
            _root = root;
            return;
        }

        var parent = _path[level];
        var index = _pathIndex[level];
        parent.Update(index, left);
        if (parent.Count < TreeNode.Width)
        {
            parent.Insert(index + 1, separator, right);
            UpdatePathAbove(level);
            return;
        }

        var middle = index == TreeNode.Width - 1 ? TreeNode.Width - 1 : TreeNode.Width / 2;
        var parentRight = parent.SplitAt(middle);
        if (index + 1 > middle)
        {
            parentRight.Insert(index + 1 - middle, separator, right);
        }
        else
        {
            parent.Insert(index + 1, separator, right);
        }

        AddRight(level - 1, parent, parentRight.Slots[0].Key, parentRight);
    }

    // The child at the index has too few slots: leave it out when empty, join it with a neighbour when both are small.
    private void Shrink(InnerNode parent, int index)
    {
        if (parent.Slots[index].Child.Count == 0)
        {
            parent.RemoveAt(index);
            return;
        }

        var left = index > 0 && FitsWithRight(parent, index - 1) ? index - 1 : index;
        if (left + 1 < parent.Count && FitsWithRight(parent, left))
        {
            Join(parent, left);
        }
    }

    private static bool FitsWithRight(InnerNode parent, int left) =>
        parent.Slots[left].Child.Count + parent.Slots[left + 1].Child.Count <= SlotsJoinedMax;

    private void Join(InnerNode parent, int leftIndex)
    {
        var left = parent.Slots[leftIndex].Child;
        left = left.Epoch == _epoch ? left : left.Clone(_epoch);
        var right = parent.Slots[leftIndex + 1];
        if (left is LeafNode leaf)
        {
            leaf.TakeAll((LeafNode)right.Child);
        }
        else
        {
            ((InnerNode)left).TakeAll((InnerNode)right.Child, right.Key);
        }

        parent.RemoveAt(leftIndex + 1);
        parent.Update(leftIndex, left);
    }
}
