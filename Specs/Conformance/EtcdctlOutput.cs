using System.Text;
using System.Text.RegularExpressions;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Makes what etcdctl prints of two servers comparable: ids, addresses, times, sizes and Raft's numbers are replaced by
/// their names, and the widths of tables do not count.
/// </summary>
internal static partial class EtcdctlOutput
{
    private static readonly Dictionary<string, MessageParser> ProtobufAnswers = new(StringComparer.Ordinal)
    {
        ["get"] = RangeResponse.Parser,
        ["put"] = PutResponse.Parser,
        ["del"] = DeleteRangeResponse.Parser,
        ["txn"] = TxnResponse.Parser,
        ["compaction"] = CompactionResponse.Parser,
        ["lease"] = ResponseHeader.Parser,
        ["member"] = MemberListResponse.Parser,
        ["alarm"] = AlarmResponse.Parser,
        ["user list"] = AuthUserListResponse.Parser,
        ["user get"] = AuthUserGetResponse.Parser,
        ["user"] = AuthUserAddResponse.Parser,
        ["role list"] = AuthRoleListResponse.Parser,
        ["role get"] = AuthRoleGetResponse.Parser,
        ["role"] = AuthRoleAddResponse.Parser,
    };

    public static string Normalised(EtcdctlCase call, int exitCode, string output, string errors)
    {
        bool isProtobuf = call.Arguments[^1] == "protobuf" && exitCode == 0;
        string[] command = call.Arguments;
        MessageParser? parser = ProtobufAnswers.GetValueOrDefault(string.Join(' ', command.Take(2)))
            ?? ProtobufAnswers.GetValueOrDefault(command[0]);
        string text = isProtobuf && parser != null
            ? parser.ParseFrom(Encoding.Latin1.GetBytes(output)).ToString()!
            : output;

        // What etcdctl logs is of its own making, and has times in it.
        string said = string.Join('\n', errors.Split('\n').Where(static line => !line.StartsWith("{\"level\"", StringComparison.Ordinal)));
        bool isStatus = call.Arguments[0] == "endpoint" && call.Arguments[1] == "status";
        return $"exit {exitCode}\n{Cleaned(text, isStatus)}\n{Cleaned(said, isStatus)}".TrimEnd();
    }

    private static string Cleaned(string text, bool isStatus)
    {
        string clean = Host().Replace(text, "HOST");
        clean = Took().Replace(clean, "took");
        clean = Named().Replace(clean, static match => match.Groups["name"].Value + " N");
        clean = LongHex().Replace(clean, "ID");
        clean = LongNumber().Replace(clean, "ID");
        clean = Remaining().Replace(clean, "remaining(N)");
        if (isStatus)
        {
            clean = Size().Replace(clean, "SIZE");
            clean = Number().Replace(clean, "N");
        }

        return Wide().Replace(clean, static match => match.Value[..1]).Trim();
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Host();

    [GeneratedRegex(@"took"":""[^""]*|took = \S+|[\d.]+(µs|Âµs|ms|s)\b")]
    private static partial Regex Took();

    [GeneratedRegex("(?<name>\"(raft_?term|dbSize|dbSizeInUse|raftIndex|raftAppliedIndex|raftTerm|ttl|DBSize|RaftTerm|RaftIndex|TTL)\" ?:) ?\"?\\d+\"?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"\b[0-9a-f]{12,16}\b")]
    private static partial Regex LongHex();

    [GeneratedRegex(@"\b\d{12,20}\b")]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"remaining\(\d+s?\)")]
    private static partial Regex Remaining();

    [GeneratedRegex(@"[\d.]+ [kM]?B")]
    private static partial Regex Size();

    [GeneratedRegex(@"\b\d+\b")]
    private static partial Regex Number();

    [GeneratedRegex("  +|--+")]
    private static partial Regex Wide();
}
