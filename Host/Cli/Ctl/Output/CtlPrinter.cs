using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>Prints answers in one of the output formats. A format that has no form for an answer refuses it.</summary>
internal abstract class CtlPrinter
{
    private readonly string _format;

    protected CtlPrinter(string format, CtlContext context)
    {
        _format = format;
        Out = context.Out;
        Error = context.Console.Error;
        Version = context.Version;
        IsHex = context.IsHex;
    }

    /// <summary>Only values, in the simple format.</summary>
    public bool IsValueOnly { get; set; }

    public bool IsSimple => _format == "simple";

    public bool IsFields => _format == "fields";

    protected CtlWriter Out { get; }

    protected CtlWriter Error { get; }

    protected CtlVersion Version { get; }

    protected bool IsHex { get; }

    /// <exception cref="CtlException">There is no such format.</exception>
    public static CtlPrinter Of(string format, CtlContext context) => format switch
    {
        "simple" => new SimplePrinter(context),
        "fields" => new FieldsPrinter(context),
        "json" => new JsonPrinter(context),
        "protobuf" => new ProtobufPrinter(context),
        "table" => new TablePrinter(context),
        _ => throw new CtlException(CtlExit.BadFeature, "unsupported output format"),
    };

    /// <summary>
    /// An answer. <paramref name="told"/> is what the command was about, such as names of user and role, which the simple
    /// format says and the answer does not hold.
    /// </summary>
    public abstract void Print(object answer, params string[] told);

    public virtual void Health(IReadOnlyList<EndpointHealth> endpoints) => throw Unsupported();

    public virtual void Status(IReadOnlyList<(string Endpoint, StatusResponse Status)> endpoints) => throw Unsupported();

    public virtual void HashKv(IReadOnlyList<(string Endpoint, HashKVResponse Hash)> endpoints) => throw Unsupported();

    /// <summary>What a snapshot file holds.</summary>
    public virtual void Snapshot(IReadOnlyList<UtlField> fields) => throw Unsupported();

    protected CtlException Unsupported() => new(CtlExit.BadFeature, _format + " not supported as output format");
}
