using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorEtcd.Specs.Host.Discovery;

/// <summary>A name server on loopback that knows SRV records; over UDP its answers can be cut, so that TCP is needed.</summary>
internal sealed class DnsServer : IDisposable
{
    private const ushort Srv = 33;

    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly bool _truncates;
    private readonly Dictionary<string, (string Target, int Port)[]> _records;

    public DnsServer(Dictionary<string, (string Target, int Port)[]> records, bool truncates = false)
    {
        _records = records;
        _truncates = truncates;
        (_udp, _tcp) = Bind();
        _ = ServeUdpAsync();
        _ = ServeTcpAsync();
    }

    public string Address => _udp.Client.LocalEndPoint!.ToString()!;

    public int AskedByTcp { get; private set; }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <summary>One number for both: one that is free over UDP may be taken over TCP.</summary>
    private static (UdpClient Udp, TcpListener Tcp) Bind()
    {
        while (true)
        {
            var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult query = await _udp.ReceiveAsync();
                byte[] answer = Answer(query.Buffer, _truncates);

                // An answer to another question must be passed over.
                byte[] stray = [.. answer];
                stray[0] ^= 0xff;
                await _udp.SendAsync(stray, query.RemoteEndPoint);
                await _udp.SendAsync(answer, query.RemoteEndPoint);
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
        {
            // The spec is over.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _tcp.AcceptTcpClientAsync();
                AskedByTcp++;
                NetworkStream stream = client.GetStream();
                byte[] length = new byte[2];
                await stream.ReadExactlyAsync(length);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query);
                byte[] answer = Answer(query, truncates: false);
                await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
        {
            // The spec is over.
        }
    }

    private byte[] Answer(byte[] query, bool truncates)
    {
        var (name, end) = NameOf(query);
        bool known = _records.TryGetValue(name, out var records);
        var answer = new List<byte>(query[..(end + 4)]);
        answer[2] = (byte)(0x80 | (truncates ? 2 : 0));
        answer[3] = (byte)(known ? 0 : 3);
        answer[7] = (byte)(truncates ? 0 : records?.Length ?? 0);
        foreach (var (target, port) in truncates ? [] : records ?? [])
        {
            byte[] labels = Labels(target);
            answer.AddRange([0xc0, 12, 0, (byte)Srv, 0, 1, 0, 0, 0, 60, 0, (byte)(labels.Length + 6), 0, 10, 0, 5, (byte)(port >> 8), (byte)port]);
            answer.AddRange(labels);
        }

        return [.. answer];
    }

    private static (string Name, int End) NameOf(byte[] query)
    {
        var labels = new List<string>();
        int at = 12;
        for (; query[at] != 0; at += query[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        }

        return (string.Join('.', labels), at + 1);
    }

    private static byte[] Labels(string name) =>
        [.. name.Split('.').SelectMany(static label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
