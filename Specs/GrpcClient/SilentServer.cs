using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Specs.GrpcClient;

/// <summary>Takes an HTTP/2 connection and calls on it, answers pings or does not, and says nothing else.</summary>
internal sealed class SilentServer : IAsyncDisposable
{
    private const int PrefaceBytes = 24;
    private const int FrameHeaderBytes = 9;
    private const byte SettingsType = 4;
    private const byte PingType = 6;
    private const byte Ack = 1;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly bool _answersPings;
    private readonly Task _serving;
    private int _pings;

    public SilentServer(bool answersPings)
    {
        _answersPings = answersPings;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Pings => Volatile.Read(ref _pings);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync();
            await using NetworkStream stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[PrefaceBytes]);
            await stream.WriteAsync(Frame(SettingsType, 0, []));
            byte[] header = new byte[FrameHeaderBytes];
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                byte[] payload = new byte[(header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
                await stream.ReadExactlyAsync(payload);
                if (header[3] == PingType)
                {
                    Interlocked.Increment(ref _pings);
                    if (_answersPings)
                    {
                        await stream.WriteAsync(Frame(PingType, Ack, payload));
                    }
                }
            }
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException)
        {
            // The client went away, or nobody came.
        }
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload)
        => [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];
}
