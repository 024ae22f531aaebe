using System.Collections.Immutable;

namespace ActorEtcd.Host.Gateway;

/// <summary>The schemas of failed calls, by name and fields, which go with the gateway of the version.</summary>
internal sealed record SwaggerErrors(string Unary, string Stream, ImmutableArray<SwaggerErrors.Schema> Schemas)
{
    private static readonly Field Code = new("code", "integer", "int32");
    private static readonly Field Message = new("message", "string", null);
    private static readonly Field Details = new("details", "array", null);

    /// <summary>3.6 and later: one form for both, <c>google.rpc.Status</c>.</summary>
    public static readonly SwaggerErrors Status =
        new("googleRpcStatus", "googleRpcStatus", [new Schema("googleRpcStatus", [Code, Message, Details])]);

    /// <summary>Before 3.6: forms of the gateway's own.</summary>
    public static readonly SwaggerErrors Runtime = new(
        "runtimeError",
        "runtimeStreamError",
        [
            new Schema("runtimeError", [new Field("error", "string", null), Code, Message, Details]),
            new Schema(
                "runtimeStreamError",
                [
                    new Field("grpc_code", "integer", "int32"),
                    new Field("http_code", "integer", "int32"),
                    Message,
                    new Field("http_status", "string", null),
                    Details,
                ]),
        ]);

    /// <summary>A definition that no descriptor has.</summary>
    internal sealed record Schema(string Name, ImmutableArray<Field> Fields);

    /// <summary>A field of it; an array holds messages of any type.</summary>
    internal sealed record Field(string Name, string Type, string? Format);
}
