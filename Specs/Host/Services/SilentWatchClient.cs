using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>
/// A client that opens a watch, says that it takes any number of bytes, and then never reads from its socket.
/// </summary>
internal sealed class SilentWatchClient : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte WindowUpdate = 8;
    private const byte EndHeaders = 4;
    private const int Stream = 1;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };

    public static async Task<SilentWatchClient> OpenAsync(int port, WatchCreateRequest watch)
    {
        var client = new SilentWatchClient();
        await client._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());

        // The largest windows, so that only the socket itself is full at some time.
        await client.SendFrameAsync(Settings, 0, stream: 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]);
        await client.SendFrameAsync(WindowUpdate, 0, stream: 0, [0x7f, 0xfe, 0, 0]);
        byte[] headers =
        [
            .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", "/etcdserverpb.Watch/Watch"),
            .. Field(":authority", "localhost"), .. Field("content-type", "application/grpc"), .. Field("te", "trailers"),
        ];
        await client.SendFrameAsync(Headers, EndHeaders, Stream, headers);
        byte[] request = new WatchRequest { CreateRequest = watch }.ToByteArray();
        byte[] message = new byte[5 + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), request.Length);
        request.CopyTo(message, 5);
        await client.SendFrameAsync(Data, 0, Stream, message);
        return client;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Field(string name, string value)
        => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private Task SendFrameAsync(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return SendAsync(frame);
    }

    private async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent));
        }
    }
}
