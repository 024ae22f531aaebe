using ActorEtcd.Host.Cli.Ctl.Text;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>The requests that get, put and del make of their flags, on the command line and within a txn.</summary>
internal static class KvRequests
{
    private const string NeedsValue = "put command needs 1 argument and input from stdin or 2 arguments";

    private const string BothRanges = "`--prefix` and `--from-key` cannot be set at the same time, choose one";

    private const string TooMany = "too many arguments, only accept one argument when `--prefix` or `--from-key` is set";

    public static readonly CtlFlag[] GetFlags =
    [
        CtlFlag.Text("consistency", "l", "Read what a majority has (l) or what the asked member has (s).") with { Choices = ["l", "s"] },
        CtlFlag.Text("order", "", "Order of the results: ASCEND or DESCEND.") with { Choices = ["ASCEND", "DESCEND"] },
        CtlFlag.Text("sort-by", "", "What to sort by: CREATE, KEY, MODIFY, VALUE or VERSION.")
            with { Choices = ["CREATE", "KEY", "MODIFY", "VALUE", "VERSION"] },
        CtlFlag.Number("limit", "At most so many results."),
        CtlFlag.Switch("prefix", "All keys that begin with the key."),
        CtlFlag.Switch("from-key", "All keys from the key on, compared by bytes."),
        CtlFlag.Number("rev", "Read as of this revision."),
        CtlFlag.Switch("keys-only", "Leave the values out."),
        CtlFlag.Switch("count-only", "Only tell how many there are."),
        CtlFlag.Switch("print-value-only", "Print only values, in the simple format."),
        CtlFlag.Number("min-create-rev", "Only keys created at this revision or later."),
        CtlFlag.Number("max-create-rev", "Only keys created at this revision or earlier."),
        CtlFlag.Number("min-mod-rev", "Only keys modified at this revision or later."),
        CtlFlag.Number("max-mod-rev", "Only keys modified at this revision or earlier."),
        CtlFlag.Switch("stream", "Fetch the results as a stream of parts."),
    ];

    public static readonly CtlFlag[] PutFlags =
    [
        CtlFlag.Text("lease", "0", "Id of the lease, in hexadecimal, that the key ends with."),
        CtlFlag.Switch("prev-kv", "Print what was there before."),
        CtlFlag.Switch("ignore-value", "Leave the value as it is."),
        CtlFlag.Switch("ignore-lease", "Leave the lease as it is."),
    ];

    public static readonly CtlFlag[] DeleteFlags =
    [
        CtlFlag.Switch("prefix", "All keys that begin with the key."),
        CtlFlag.Switch("prev-kv", "Print what was deleted."),
        CtlFlag.Switch("from-key", "All keys from the key on, compared by bytes."),
        CtlFlag.Switch("range", "Two keys are a range indeed: delete without delay."),
    ];

    /// <exception cref="CtlException">Flags or arguments do not fit together.</exception>
    public static RangeRequest Get(CtlFlagValues flags, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            throw CtlException.BadArguments("get command needs one argument as key and an optional argument as range_end");
        }

        bool isPrefix = flags.Switch("prefix");
        bool isFrom = flags.Switch("from-key");
        Exclude(isPrefix && isFrom, BothRanges);
        Exclude(flags.Switch("keys-only") && flags.Switch("count-only"), "`--keys-only` and `--count-only` cannot be set at the same time, choose one");
        bool isSerializable = IsSerializable(flags);
        Exclude(arguments.Count > 1 && (isPrefix || isFrom), TooMany);
        var (key, end) = KeyRange.Of(arguments[0], isPrefix, isFrom);
        var request = new RangeRequest
        {
            Key = key,
            RangeEnd = arguments.Count > 1 ? ByteString.CopyFromUtf8(arguments[1]) : end,
            Limit = flags.Number("limit"),
            Revision = Math.Max(0, flags.Number("rev")),
            Serializable = isSerializable,
            SortOrder = OrderOf(flags.Text("order")),
            SortTarget = TargetOf(flags.Text("sort-by")),
            KeysOnly = flags.Switch("keys-only"),
            CountOnly = flags.Switch("count-only"),
        };

        // Keys come in ascending order anyway: a sort by key upwards is none.
        if (request.SortTarget == RangeRequest.Types.SortTarget.Key && request.SortOrder == RangeRequest.Types.SortOrder.Ascend)
        {
            request.SortOrder = RangeRequest.Types.SortOrder.None;
        }

        SetRevisions(flags, request);
        return request;
    }

    /// <exception cref="CtlException">Flags or arguments do not fit together, or there is no value.</exception>
    public static PutRequest Put(CtlFlagValues flags, IReadOnlyList<string> arguments, CtlConsole console)
    {
        Exclude(arguments.Count == 0, NeedsValue);
        bool keepsValue = flags.Switch("ignore-value");
        Exclude(keepsValue && arguments.Count > 1, "put command needs only 1 argument when 'ignore-value' is set");
        var value = keepsValue ? ByteString.Empty
            : arguments.Count > 1 ? ByteString.CopyFromUtf8(arguments[1])
            : ByteString.FromStream(console.In);
        Exclude(!keepsValue && arguments.Count == 1 && value.IsEmpty, NeedsValue);
        if (!GoText.TryParseInteger(flags.Text("lease"), 16, out long lease, out string? reason))
        {
            throw CtlException.BadArguments($"bad lease ID ({reason}), expecting ID in Hex");
        }

        return new PutRequest
        {
            Key = ByteString.CopyFromUtf8(arguments[0]),
            Value = value,
            Lease = lease,
            PrevKv = flags.Switch("prev-kv"),
            IgnoreValue = keepsValue,
            IgnoreLease = flags.Switch("ignore-lease"),
        };
    }

    /// <exception cref="CtlException">Flags or arguments do not fit together.</exception>
    public static DeleteRangeRequest Delete(CtlFlagValues flags, IReadOnlyList<string> arguments)
    {
        Exclude(arguments.Count is 0 or > 2, "del command needs one argument as key and an optional argument as range_end");
        bool isPrefix = flags.Switch("prefix");
        bool isFrom = flags.Switch("from-key");
        Exclude(isPrefix && isFrom, BothRanges);
        Exclude(arguments.Count > 1 && (isPrefix || isFrom), TooMany);
        var (key, end) = KeyRange.Of(arguments[0], isPrefix, isFrom);
        return new DeleteRangeRequest
        {
            Key = key,
            RangeEnd = arguments.Count > 1 ? ByteString.CopyFromUtf8(arguments[1]) : end,
            PrevKv = flags.Switch("prev-kv"),
        };
    }

    /// <exception cref="CtlException">The flag is neither l nor s.</exception>
    public static bool IsSerializable(CtlFlagValues flags) => flags.Text("consistency") switch
    {
        "s" => true,
        "l" => false,
        var other => throw new CtlException(CtlExit.BadFeature, $"unknown consistency flag {GoText.Quote(other)}"),
    };

    private static void Exclude(bool isWrong, string reason)
    {
        if (isWrong)
        {
            throw CtlException.BadArguments(reason);
        }
    }

    private static void SetRevisions(CtlFlagValues flags, RangeRequest request)
    {
        request.MinCreateRevision = Math.Max(0, flags.Number("min-create-rev"));
        request.MaxCreateRevision = Math.Max(0, flags.Number("max-create-rev"));
        request.MinModRevision = Math.Max(0, flags.Number("min-mod-rev"));
        request.MaxModRevision = Math.Max(0, flags.Number("max-mod-rev"));
        if (request.MaxCreateRevision > 0 && request.MinCreateRevision > request.MaxCreateRevision)
        {
            throw new CtlException(
                CtlExit.BadFeature, $"getMinCreateRev(={request.MinCreateRevision}) > getMaxCreateRev(={request.MaxCreateRevision})");
        }

        if (request.MaxModRevision > 0 && request.MinModRevision > request.MaxModRevision)
        {
            throw new CtlException(
                CtlExit.BadFeature, $"getMinModRev(={request.MinModRevision}) > getMaxModRev(={request.MaxModRevision})");
        }
    }

    private static RangeRequest.Types.SortOrder OrderOf(string text) => text.ToUpperInvariant() switch
    {
        "" => RangeRequest.Types.SortOrder.None,
        "ASCEND" => RangeRequest.Types.SortOrder.Ascend,
        "DESCEND" => RangeRequest.Types.SortOrder.Descend,
        _ => throw new CtlException(CtlExit.BadFeature, $"bad sort order {text}"),
    };

    private static RangeRequest.Types.SortTarget TargetOf(string text) => text.ToUpperInvariant() switch
    {
        "" or "KEY" => RangeRequest.Types.SortTarget.Key,
        "CREATE" => RangeRequest.Types.SortTarget.Create,
        "MODIFY" => RangeRequest.Types.SortTarget.Mod,
        "VALUE" => RangeRequest.Types.SortTarget.Value,
        "VERSION" => RangeRequest.Types.SortTarget.Version,
        _ => throw new CtlException(CtlExit.BadFeature, $"bad sort target {text}"),
    };
}
