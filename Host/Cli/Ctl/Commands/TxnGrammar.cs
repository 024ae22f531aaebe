using System.Text;
using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>The lines of a txn: <c>target("key") op "value"</c>, and get, put, del with their flags.</summary>
internal static class TxnGrammar
{
    /// <exception cref="CtlException">The line is no comparison.</exception>
    public static Compare Compare(string line)
    {
        int open = line.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            throw Invalid($"malformed comparison: {line}");
        }

        string target = line[..open];
        var scanner = new GoScanner(line[(open + 1)..]);
        byte[] key = [];
        byte[] value = [];
        string operation = "";
        bool isRead = scanner.TryQuoted(out key) && scanner.TryTake(')') && scanner.TryWord(out operation) && scanner.TryQuoted(out value);
        if (!isRead)
        {
            throw Invalid(
                $"malformed comparison: {line}; got {target}({GoText.Quote(key)}) {operation} {GoText.Quote(value)}");
        }

        return Built(line, target, key, operation, Encoding.UTF8.GetString(value), value);
    }

    /// <exception cref="CtlException">The line is no request.</exception>
    public static RequestOp Operation(string line, CtlConsole console)
    {
        var words = WordSplitter.Split(line);
        if (words.Count < 2)
        {
            throw Invalid($"invalid txn compare request: {line}");
        }

        var (flags, build) = words[0] switch
        {
            "put" => (KvRequests.PutFlags, (Func<CtlFlagValues, List<string>, RequestOp>)((values, rest)
                => new RequestOp { RequestPut = KvRequests.Put(values, rest, console) })),
            "get" => (KvRequests.GetFlags, (values, rest) => new RequestOp { RequestRange = KvRequests.Get(values, rest) }),
            "del" => (KvRequests.DeleteFlags, (values, rest) => new RequestOp { RequestDeleteRange = KvRequests.Delete(values, rest) }),
            _ => throw Invalid($"invalid txn request: {line}"),
        };
        var values = new CtlFlagValues(flags);
        List<string> positional;
        try
        {
            positional = CtlFlagParser.Parse(values, words[1..]);
        }
        catch (CtlException)
        {
            throw Invalid($"invalid txn request: {line}");
        }

        return build(values, positional);
    }

    private static Compare Built(
        string line, string target, byte[] key, string operation, string text, byte[] value)
    {
        var compare = new Compare { Key = ByteString.CopyFrom(key) };
        switch (target)
        {
            case "ver" or "version":
                compare.Target = Protos.Etcdserverpb.Compare.Types.CompareTarget.Version;
                compare.Version = Number(line, text);
                break;
            case "c" or "create":
                compare.Target = Protos.Etcdserverpb.Compare.Types.CompareTarget.Create;
                compare.CreateRevision = Number(line, text);
                break;
            case "m" or "mod":
                compare.Target = Protos.Etcdserverpb.Compare.Types.CompareTarget.Mod;
                compare.ModRevision = Number(line, text);
                break;
            case "val" or "value":
                compare.Target = Protos.Etcdserverpb.Compare.Types.CompareTarget.Value;
                compare.Value = ByteString.CopyFrom(value);
                break;
            case "lease":
                // etcdctl up to 3.6 crashes here; a lease's id is hexadecimal elsewhere, so it is here.
                compare.Target = Protos.Etcdserverpb.Compare.Types.CompareTarget.Lease;
                compare.Lease = GoText.TryParseInteger(text, 16, out long lease, out _) ? lease : throw Invalid($"invalid txn compare request: {line}");
                break;
            default:
                throw Invalid($"malformed comparison: {line} (unknown target {target})");
        }

        compare.Result = operation switch
        {
            "=" => Protos.Etcdserverpb.Compare.Types.CompareResult.Equal,
            "!=" => Protos.Etcdserverpb.Compare.Types.CompareResult.NotEqual,
            ">" => Protos.Etcdserverpb.Compare.Types.CompareResult.Greater,
            "<" => Protos.Etcdserverpb.Compare.Types.CompareResult.Less,
            _ => throw Invalid($"malformed comparison: {line} (unknown operator {operation})"),
        };
        return compare;
    }

    private static long Number(string line, string text) => GoText.TryParseInteger(text, 10, out long number, out _)
        ? number
        : throw Invalid($"invalid txn compare request: {line}");

    private static CtlException Invalid(string reason) => new(CtlExit.InvalidInput, reason);
}
