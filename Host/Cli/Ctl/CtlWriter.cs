using System.Text;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>Writes text and the bytes of keys and values, which need not be text, to one stream in one order.</summary>
internal sealed class CtlWriter
{
    private const int FlushAt = 64 << 10;

    private readonly Stream _stream;
    private readonly Lock _gate = new();
    private byte[] _buffer = new byte[4096];
    private int _count;

    public CtlWriter(Stream stream)
    {
        _stream = stream;
    }

    public void Write(string text)
    {
        lock (_gate)
        {
            var span = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
            _count += Encoding.UTF8.GetBytes(text, span);
        }
    }

    public void WriteLine(string text)
    {
        Write(text + "\n");
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            bytes.CopyTo(Reserve(bytes.Length));
            _count += bytes.Length;
        }
    }

    public void WriteLine(ByteString bytes)
    {
        Write(bytes.Span);
        Write("\n"u8);
    }

    public void Flush()
    {
        lock (_gate)
        {
            FlushLocked();
            _stream.Flush();
        }
    }

    private Span<byte> Reserve(int size)
    {
        if (_count > FlushAt)
        {
            FlushLocked();
        }

        if (_buffer.Length - _count < size)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _count + size));
        }

        return _buffer.AsSpan(_count);
    }

    private void FlushLocked()
    {
        _stream.Write(_buffer, 0, _count);
        _count = 0;
    }
}
