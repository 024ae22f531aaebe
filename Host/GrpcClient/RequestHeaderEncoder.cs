using System.Text;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// Encodes request headers. What never changes on a connection goes into the server's dynamic table the first time,
/// so that a call's headers are normally a handful of index bytes, kept ready per method.
/// Invariant: nothing is ever evicted, because entries stop being added before the table is full.
/// </summary>
internal sealed class RequestHeaderEncoder
{
    private const int StaticPath = 4;
    private const int StaticAuthority = 1;
    private const int StaticContentType = 31;
    private const int StaticUserAgent = 58;
    private const int DefaultTableSize = 4096;

    private readonly Dictionary<string, int> _positions = [];
    private readonly OutputBuffer _scratch = new();
    private readonly string _authority;
    private readonly bool _isSecure;
    private int _inserted;
    private int _tableSize;
    private int _tableSizeMax = DefaultTableSize;
    private bool _announceEmptyTable;

    public RequestHeaderEncoder(string authority, bool isSecure)
    {
        _authority = authority;
        _isSecure = isSecure;
    }

    /// <summary>A server that keeps a smaller table than the default gets no indexed fields at all.</summary>
    public void LimitTable(uint size)
    {
        if (size < DefaultTableSize && _tableSizeMax != 0)
        {
            _tableSizeMax = 0;
            _positions.Clear();
            _inserted++;
            _announceEmptyTable = true;
        }
    }

    /// <summary>The block for a call of <paramref name="method"/> without timeout and extra headers.</summary>
    public ReadOnlyMemory<byte> Block(MethodState method)
    {
        if (_announceEmptyTable)
        {
            _announceEmptyTable = false;
            byte[] once = [0x20, .. Build(method)];
            return once;
        }

        if (method.Block == null || method.BlockVersion != _inserted)
        {
            byte[] block = Build(method);
            method.BlockVersion = _inserted;

            // The block that fills the table must not be sent again: a second one is built from the indexes.
            method.Block = Build(method);
            return block;
        }

        return method.Block;
    }

    public static void AppendLiteral(OutputBuffer target, string name, string value)
    {
        target.Append(1)[0] = 0;
        AppendString(target, Encoding.ASCII.GetBytes(name));
        AppendString(target, Encoding.UTF8.GetBytes(value));
    }

    private static void AppendInteger(OutputBuffer target, byte flags, int prefixBits, int value)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            target.Append(1)[0] = (byte)(flags | value);
            return;
        }

        target.Append(1)[0] = (byte)(flags | mask);
        value -= mask;
        while (value >= 0x80)
        {
            target.Append(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        target.Append(1)[0] = (byte)value;
    }

    private static void AppendString(OutputBuffer target, ReadOnlySpan<byte> bytes)
    {
        AppendInteger(target, flags: 0, prefixBits: 7, bytes.Length);
        target.Append(bytes);
    }

    private byte[] Build(MethodState method)
    {
        _scratch.Clear();
        _scratch.Append([0x83, _isSecure ? (byte)0x87 : (byte)0x86]); // :method POST, :scheme https or http
        AppendField(StaticPath, ":path", method.Method.Path);
        AppendField(StaticAuthority, ":authority", _authority);
        AppendField(StaticContentType, "content-type", "application/grpc");
        AppendField(0, "te", "trailers");
        AppendField(StaticUserAgent, "user-agent", "actor-etcd");
        return _scratch.Written.ToArray();
    }

    private void AppendField(int staticName, string name, string value)
    {
        string key = name + "\n" + value;
        if (_positions.TryGetValue(key, out int position))
        {
            int index = HpackStaticTable.Count + 1 + (_inserted - 1 - position);
            AppendInteger(_scratch, flags: 0x80, prefixBits: 7, index);
            return;
        }

        int size = name.Length + value.Length + 32;
        bool insert = _tableSize + size <= _tableSizeMax;
        if (insert)
        {
            _positions.Add(key, _inserted++);
            _tableSize += size;
        }

        AppendInteger(_scratch, insert ? (byte)0x40 : (byte)0, insert ? 6 : 4, staticName);
        if (staticName == 0)
        {
            AppendString(_scratch, Encoding.ASCII.GetBytes(name));
        }

        AppendString(_scratch, Encoding.ASCII.GetBytes(value));
    }
}
