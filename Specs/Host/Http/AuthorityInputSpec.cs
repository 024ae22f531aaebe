using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using ActorEtcd.Host.Http;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

/// <summary>A connection whose first headers are repaired, whatever pieces its bytes come in and however little is consumed of them.</summary>
public sealed class AuthorityInputSpec
{
    private const byte Settings = 4;
    private const byte Headers = 1;
    private const byte Data = 0;
    private const byte EndHeaders = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    [Theory]
    [InlineData("http://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData("127.0.0.1:2379", "127.0.0.1:2379")]
    public async Task Connection_in_pieces_of_any_size_is_repaired_once(string sent, string expected)
    {
        byte[] before = [.. Preface, .. Frame(Settings, 0, []), .. Frame(Settings, 1, [])];
        byte[] behind = [.. Frame(Data, 0, new byte[300]), .. Frame(Headers, EndHeaders, Block("http://later"))];
        byte[] bytes = [.. before, .. Frame(Headers, EndHeaders, Block(sent)), .. behind];
        byte[] repaired = [.. before, .. Frame(Headers, EndHeaders, Block(expected)), .. behind];
        var random = new Random(7);
        foreach (int piece in new[] { 1, 2, 7, 24, 50, bytes.Length })
        {
            Assert.Equal(repaired, await ReadAsync(bytes, piece, random));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("")]
    public async Task Connection_that_ends_before_its_first_headers_is_passed_on(string sent)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(sent);
        Assert.Equal(bytes, await ReadAsync(bytes, 3, new Random(7)));
    }

    [Fact]
    public async Task Bytes_before_the_first_headers_are_served_without_waiting_for_them()
    {
        var pipe = new Pipe();
        var input = new AuthorityInput(pipe.Reader);
        byte[] before = [.. Preface, .. Frame(Settings, 0, [])];
        await pipe.Writer.WriteAsync(before);
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 9 });

        ReadResult read = await input.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(before, read.Buffer.ToArray());
        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.False(input.TryRead(out _));

        input.CancelPendingRead();
        read = await input.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.True(read.IsCanceled);
        Assert.Equal(before, read.Buffer.ToArray());
    }

    private static async Task<byte[]> ReadAsync(byte[] bytes, int piece, Random random)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var input = new AuthorityInput(pipe.Reader);
        Task writing = WriteAsync();
        var seen = new List<byte>();
        while (true)
        {
            ReadResult read = await input.ReadAsync().AsTask().WaitAsync(Patience);
            if (read.IsCompleted)
            {
                seen.AddRange(read.Buffer.ToArray());
                await writing;
                return [.. seen];
            }

            // Like a parser of frames: takes some, and looks at the rest or not.
            SequencePosition consumed = read.Buffer.GetPosition(random.NextInt64(read.Buffer.Length + 1));
            seen.AddRange(read.Buffer.Slice(0, consumed).ToArray());
            input.AdvanceTo(consumed, random.Next(2) == 0 ? read.Buffer.End : consumed);
        }

        async Task WriteAsync()
        {
            foreach (byte[] next in bytes.Chunk(piece))
            {
                await pipe.Writer.WriteAsync(next);
                await Task.Yield();
            }

            await pipe.Writer.CompleteAsync();
        }
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload)
        => [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 1, .. payload];

    private static byte[] Block(string authority)
        => [0x83, 0x86, 0x41, (byte)authority.Length, .. Encoding.ASCII.GetBytes(authority), 0x40, 1, (byte)'n', 1, (byte)'v'];
}
