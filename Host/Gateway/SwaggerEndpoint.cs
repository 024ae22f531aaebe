using ActorEtcd.Host.Http;
using ActorEtcd.Host.Services;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Gateway;

/// <summary>
/// The gateway's description of itself, below <c>/swagger/</c> under the file names of etcd's documents. etcd keeps
/// these documents in its repository and serves none.
/// </summary>
internal static class SwaggerEndpoint
{
    private const string Prefix = "/swagger/";

    public static void Map(HttpRouter router, SwaggerErrors errors)
    {
        MapDocument("rpc.swagger.json", "api/etcdserverpb/rpc.proto", ServiceDescriptors.Rpc);
        MapDocument("v3lock.swagger.json", "server/etcdserver/api/v3lock/v3lockpb/v3lock.proto", [ServiceDescriptors.Lock]);
        MapDocument(
            "v3election.swagger.json", "server/etcdserver/api/v3election/v3electionpb/v3election.proto", [ServiceDescriptors.Election]);

        void MapDocument(string name, string title, IReadOnlyList<FileDescriptor> files)
        {
            var document = new Lazy<ReadOnlyMemory<byte>>(
                () => SwaggerDocument.Write(title, [.. files.SelectMany(static file => file.Services)], errors));
            router.MapGet(Prefix + name, call => call.RespondAsync(StatusCodes.Status200OK, JsonGateway.JsonType, document.Value));
        }
    }
}
