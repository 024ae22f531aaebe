using System.Buffers;

namespace ActorEtcd.Host.Grpc;

/// <summary>Counts what is written, and passes it on if there is somewhere to.</summary>
internal sealed class CountingStream(IBufferWriter<byte>? output) : Stream
{
    public long Written { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Written;

    public override long Position
    {
        get => Written;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        output?.Write(buffer);
        Written += buffer.Length;
    }

    public override void Flush()
    {
        // Who owns the output sends it.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
