using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ActorEtcd.Host.Discovery;

/// <summary>
/// Asks the name servers of this machine for SRV records, or those that <see cref="ServersVariable"/> names instead, as
/// addresses with ports, separated by commas.
/// </summary>
internal static class SrvQuery
{
    public const string ServersVariable = "ACTOR_ETCD_DNS_SERVERS";

    private const string ResolverFile = "/etc/resolv.conf";
    private const int DnsPort = 53;
    private const int TypeSrv = 33;
    private const int HeaderBytes = 12;
    private const int TimeoutMilliseconds = 2000;
    private const int TruncatedFlag = 2;

    /// <exception cref="IOException">No server answers, or the name has no such records.</exception>
    public static IReadOnlyList<SrvRecord> Ask(string name)
    {
        Exception? last = null;
        foreach (var server in Servers())
        {
            try
            {
                return Records(Exchange(server, Query(name)), name);
            }
            catch (Exception failure) when (failure is SocketException or EndOfStreamException)
            {
                last = failure;
            }
        }

        throw new IOException(last?.Message ?? $"{ResolverFile} names no server");
    }

    private static IEnumerable<IPEndPoint> Servers()
    {
        if (Environment.GetEnvironmentVariable(ServersVariable) is { Length: > 0 } given)
        {
            return given.Split(',', StringSplitOptions.TrimEntries).Select(static one =>
                IPEndPoint.TryParse(one, out var server) ? server : throw new IOException($"{ServersVariable}: \"{one}\" is no address with a port"));
        }

        var lines = File.Exists(ResolverFile) ? File.ReadLines(ResolverFile) : [];
        return lines
            .Select(static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["nameserver", ..])
            .Select(static words => words.Length > 1 && IPAddress.TryParse(words[1], out var address) ? address : null)
            .OfType<IPAddress>()
            .Select(static address => new IPEndPoint(address, DnsPort));
    }

    private static byte[] Query(string name)
    {
        // The number is not to be guessed: whoever guesses it can answer in the server's place.
        var query = new List<byte>([.. RandomNumberGenerator.GetBytes(2), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] bytes = Encoding.ASCII.GetBytes(label);
            query.Add((byte)bytes.Length);
            query.AddRange(bytes);
        }

        query.AddRange([0, 0, TypeSrv, 0, 1]);
        return [.. query];
    }

    private static byte[] Exchange(IPEndPoint server, byte[] query)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = TimeoutMilliseconds,
        };
        socket.Connect(server);
        socket.Send(query);
        var answer = new byte[ushort.MaxValue];
        int count;
        do
        {
            count = socket.Receive(answer);
        }
        while (count < HeaderBytes || !answer.AsSpan(0, 2).SequenceEqual(query.AsSpan(0, 2)));
        return (answer[2] & TruncatedFlag) == 0 ? answer[..count] : ExchangeWhole(server, query);
    }

    // RFC 1035, 4.2.2: over TCP with the length before each message.
    private static byte[] ExchangeWhole(IPEndPoint server, byte[] query)
    {
        using var client = new TcpClient(server.AddressFamily) { ReceiveTimeout = TimeoutMilliseconds, SendTimeout = TimeoutMilliseconds };
        client.Connect(server);
        using var stream = client.GetStream();
        stream.Write([(byte)(query.Length >> 8), (byte)query.Length, .. query]);
        Span<byte> length = stackalloc byte[2];
        stream.ReadExactly(length);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        stream.ReadExactly(answer);
        return answer;
    }

    private static List<SrvRecord> Records(byte[] answer, string name)
    {
        try
        {
            int status = answer[3] & 0xf;
            int answers = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));
            if (status != 0 || answers == 0)
            {
                throw new IOException($"lookup {name}: no such host");
            }

            int at = AfterName(answer, HeaderBytes) + 4;
            var records = new List<SrvRecord>();
            for (int i = 0; i < answers; i++)
            {
                at = AfterName(answer, at);
                int type = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at));
                int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 8));
                at += 10;
                if (type == TypeSrv)
                {
                    records.Add(Record(answer, at));
                }

                at += length;
            }

            return [.. records.OrderBy(static record => record.Priority).ThenByDescending(static record => record.Weight)];
        }
        catch (Exception failure) when (failure is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new IOException($"lookup {name}: malformed answer", failure);
        }
    }

    private static SrvRecord Record(byte[] answer, int at) => new(
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at)),
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 2)),
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 4)),
        Name(answer, at + 6));

    private static int AfterName(byte[] answer, int at)
    {
        while (answer[at] is not 0 and < 0xc0)
        {
            at += answer[at] + 1;
        }

        return answer[at] == 0 ? at + 1 : at + 2;
    }

    private static string Name(byte[] answer, int at)
    {
        var labels = new List<string>();

        // A pointer may lead to a pointer; more labels than a name can have means a loop.
        for (int i = 0; i < 128 && answer[at] != 0; i++)
        {
            if (answer[at] >= 0xc0)
            {
                at = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at)) & 0x3fff;
                continue;
            }

            labels.Add(Encoding.ASCII.GetString(answer, at + 1, answer[at]));
            at += answer[at] + 1;
        }

        return string.Join('.', labels);
    }
}
