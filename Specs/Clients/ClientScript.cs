using System.Diagnostics;
using ActorEtcd.Specs.Repo;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Clients;

/// <summary>A script beside this file that drives a server with a client library and prints what it saw.</summary>
internal sealed class ClientScript
{
    private const string NodeModules = ".cache/npm/node_modules";
    private const string Python = "/usr/bin/python3";
    private const string PythonModule = "/usr/lib/python3/dist-packages/etcd3gw";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly string? _interpreter;
    private readonly string _library;
    private readonly string _script;

    private ClientScript(string? interpreter, string library, string script)
    {
        _interpreter = interpreter;
        _library = library;
        _script = Path.Combine(Repository.Root, "Specs", "Clients", script);
    }

    /// <summary>What is not installed; null when all is there.</summary>
    public string? Missing => _interpreter is null ? "the interpreter" : Directory.Exists(_library) ? null : Path.GetFileName(_library);

    public static ClientScript Of(ClientLibrary library) => library switch
    {
        ClientLibrary.NpmEtcd3 => new ClientScript(OnPath("node"), Path.Combine(Repository.Root, NodeModules, "etcd3"), "npm_etcd3.js"),
        ClientLibrary.PythonEtcd3Gateway => new ClientScript(File.Exists(Python) ? Python : null, PythonModule, "python_etcd3gw.py"),
        _ => throw new ArgumentOutOfRangeException(nameof(library), library, "no such library"),
    };

    /// <summary>Runs the script against a server to its end; what it printed.</summary>
    public async Task<string> RunAsync(MemberProcess server)
    {
        using Process process = Start(server);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{_script} still ran after {Patience}; it said: {await output}{await errors}");
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{_script} against {server.GetType().Name} ended with {process.ExitCode}: {await output}{await errors}\n{server.Log}");
    }

    private Process Start(MemberProcess server)
    {
        var start = new ProcessStartInfo(_interpreter!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NODE_PATH"] = Path.GetDirectoryName(_library);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.ArgumentList.Add(_script);
        start.ArgumentList.Add(server.Endpoint);
        return Process.Start(start) ?? throw new InvalidOperationException($"{_interpreter} did not start");
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
