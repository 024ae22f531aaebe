using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.ReflectionV1;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Services;

/// <summary>
/// gRPC's server reflection, under both of its names: tools such as grpcurl ask the server itself how to call it.
/// </summary>
public sealed class ReflectionService
{
    private const string Method = "ServerReflectionInfo";
    private static readonly string[] Names = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

    private readonly GrpcMethodTable _methods;
    private readonly Lazy<DescriptorIndex> _index = new(static () => new DescriptorIndex(ServiceDescriptors.All));

    private ReflectionService(GrpcMethodTable methods) => _methods = methods;

    /// <summary>Adds the service to the methods that it tells about; others may be added later.</summary>
    public static void Register(GrpcMethodTable table)
    {
        var service = new ReflectionService(table);
        foreach (var name in Names)
        {
            table.BidiStream(name, Method, ServerReflectionRequest.Parser, service.AnswerAsync);
        }
    }

    private async ValueTask AnswerAsync(GrpcRequestStream<ServerReflectionRequest> requests, GrpcCall call)
    {
        // A file goes over a stream once, however many others import it.
        var told = new HashSet<string>();
        while (await requests.MoveNextAsync())
        {
            if (!await call.RespondAndFlushAsync(Answer(requests.Current, told)))
            {
                return;
            }
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request, HashSet<string> told)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                TellFile(response, _index.Value.FindFile(request.FileByFilename), request.FileByFilename, told);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                TellFile(response, _index.Value.FindSymbol(request.FileContainingSymbol), request.FileContainingSymbol, told);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                // proto3 has no extensions.
                response.ErrorResponse = NotFound(request.FileContainingExtension.ContainingType);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                TellExtensions(response, request.AllExtensionNumbersOfType);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse
                {
                    Service = { _methods.ServiceNames.Select(static name => new ServiceResponse { Name = name }) },
                };
                break;
            default:
                throw new GrpcStatusException(StatusCode.InvalidArgument, "invalid MessageRequest: <nil>");
        }

        return response;
    }

    private static void TellFile(ServerReflectionResponse response, FileDescriptor? file, string name, HashSet<string> told)
    {
        if (file is null)
        {
            response.ErrorResponse = NotFound(name);
            return;
        }

        var files = response.FileDescriptorResponse = new FileDescriptorResponse();
        files.FileDescriptorProto.Add(file.SerializedData);
        told.Add(file.Name);
        TellImports(files, file, told);
    }

    private static void TellImports(FileDescriptorResponse files, FileDescriptor file, HashSet<string> told)
    {
        foreach (var imported in file.Dependencies)
        {
            if (told.Add(imported.Name))
            {
                files.FileDescriptorProto.Add(imported.SerializedData);
                TellImports(files, imported, told);
            }
        }
    }

    private void TellExtensions(ServerReflectionResponse response, string type)
    {
        if (_index.Value.HasMessage(type))
        {
            response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type };
        }
        else
        {
            response.ErrorResponse = NotFound(type);
        }
    }

    private static ErrorResponse NotFound(string name)
        => new() { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = $"{name}: not found" };
}
