using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>
/// Gathers the elements of one leaf or branch page. A page takes elements while they fit one page of the file; an
/// element that is too large for that gets a page of its own with as many overflow pages as it needs.
/// </summary>
internal sealed class PageBuilder(ushort flags)
{
    // A branch joins two children at least, however long their keys: each level must be smaller than the one below.
    private readonly int _elementsMin = flags == BboltFormat.BranchFlag ? 2 : 1;
    private readonly List<Element> _elements = [];
    private long _size = BboltFormat.PageHeaderSize;

    public int Count => _elements.Count;

    /// <summary>Pages of the file that it takes, overflow included.</summary>
    public int Pages => (int)((_size + BboltFormat.PageSize - 1) / BboltFormat.PageSize);

    public ReadOnlyMemory<byte> FirstKey => _elements[0].Key;

    public bool Fits(int keyLength, int valueLength) =>
        _elements.Count < _elementsMin
        || _size + BboltFormat.ElementSize + keyLength + valueLength <= BboltFormat.PageSize;

    /// <summary>Takes in an element of a leaf.</summary>
    public void AddItem(uint elementFlags, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) =>
        Add(new Element(elementFlags, key, value, Child: 0));

    /// <summary>Takes in an element of a branch.</summary>
    public void AddChild(ReadOnlyMemory<byte> firstKey, ulong child) =>
        Add(new Element(Flags: 0, firstKey, default, child));

    /// <summary>Writes the page, which is <see cref="Pages"/> pages long.</summary>
    public void Render(ulong id, Span<byte> target)
    {
        BboltFormat.WritePageHeader(target, id, flags, _elements.Count, Pages - 1);
        var header = BboltFormat.PageHeaderSize;
        var data = header + (_elements.Count * BboltFormat.ElementSize);
        foreach (var element in _elements)
        {
            WriteElement(target[header..], element, data - header);
            element.Key.Span.CopyTo(target[data..]);
            data += element.Key.Length;
            element.Value.Span.CopyTo(target[data..]);
            data += element.Value.Length;
            header += BboltFormat.ElementSize;
        }

        target[data..].Clear();
    }

    public void Clear()
    {
        _elements.Clear();
        _size = BboltFormat.PageHeaderSize;
    }

    private void Add(Element element)
    {
        _elements.Add(element);
        _size += BboltFormat.ElementSize + element.Key.Length + element.Value.Length;
    }

    private void WriteElement(Span<byte> target, Element element, int position)
    {
        if (flags == BboltFormat.BranchFlag)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)position);
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)element.Key.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(target[8..], element.Child);
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target, element.Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)position);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], (uint)element.Key.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], (uint)element.Value.Length);
    }

    private readonly record struct Element(
        uint Flags, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, ulong Child);
}
