using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ActorEtcd.Specs.Host.Grpc;

namespace ActorEtcd.Specs.Host.Http;

/// <summary>An HTTP/2 connection of single frames, which a spec sends and looks at itself.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte Ack = 1;

    private const int HeaderBytes = 9;

    private readonly NetworkStream _stream;

    private RawHttp2(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    public static async Task<RawHttp2> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        var connection = new RawHttp2(socket);
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendAsync(Settings, 0, []);
        return connection;
    }

    /// <summary>Sends a frame of the connection itself.</summary>
    public async Task SendAsync(byte type, byte flags, byte[] payload)
    {
        byte[] frame = new byte[HeaderBytes + payload.Length];
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        payload.CopyTo(frame, HeaderBytes);
        await _stream.WriteAsync(frame);
    }

    /// <summary>The next frame of a type; null when the server closes first.</summary>
    public async Task<(byte Flags, byte[] Payload)?> ReceiveAsync(byte type)
    {
        var frame = await ReceiveAsync([type]);
        return frame is null ? null : (frame.Value.Flags, frame.Value.Payload);
    }

    /// <summary>The next frame of one of the types; null when the server closes first.</summary>
    public async Task<(byte Type, byte Flags, byte[] Payload)?> ReceiveAsync(params byte[] types)
    {
        byte[] header = new byte[HeaderBytes];
        while (await ReadAsync(header))
        {
            byte[] payload = new byte[(header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
            await _stream.ReadExactlyAsync(payload).AsTask().WaitAsync(GrpcTestClient.Patience);
            if (types.Contains(header[3]))
            {
                return (header[3], header[4], payload);
            }
        }

        return null;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<bool> ReadAsync(byte[] header)
    {
        try
        {
            int read = await _stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false)
                .AsTask().WaitAsync(GrpcTestClient.Patience);
            return read == HeaderBytes;
        }
        catch (IOException)
        {
            // A server may close by a reset.
            return false;
        }
    }
}
