using System.Reflection;
using System.Runtime.Loader;
using Akka.Remote.TestKit;

namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>
/// The program of a node's process: makes the test's class, runs its method, and ends with 0 if all went well. A node that
/// fails ends at once without taking leave, so that the others notice at their next barrier.
/// </summary>
internal static class NodeProgram
{
    private const int Failed = 1;
    private const int Misused = 2;

    private static async Task<int> Main(string[] args)
    {
        CommandLine.Initialize(args);
        var assemblyPath = CommandLine.GetProperty("multinode.test-assembly");
        var className = CommandLine.GetProperty("multinode.test-class");
        var methodName = CommandLine.GetProperty("multinode.test-method");
        if (assemblyPath is null || className is null || methodName is null)
        {
            await Console.Error.WriteLineAsync("A node is started by the test runner, which says what it is to run.")
                .ConfigureAwait(false);
            return Misused;
        }

        try
        {
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(assemblyPath);
            await RunAsync(assembly.GetType(className, throwOnError: true), methodName).ConfigureAwait(false);
            return 0;
        }
        catch (Exception problem)
        {
            var cause = problem is TargetInvocationException { InnerException: { } inner } ? inner : problem;
            await Console.Error.WriteLineAsync($"FAILED {cause}").ConfigureAwait(false);
            await Console.Error.FlushAsync().ConfigureAwait(false);
            Environment.Exit(Failed);
            return Failed;
        }
    }

    private static async Task RunAsync(Type type, string methodName)
    {
        var method = type.GetMethod(methodName) ?? throw new MissingMethodException(type.FullName, methodName);
        var spec = Activator.CreateInstance(type);
        switch (method.Invoke(spec, null))
        {
            case Task task:
                await task.ConfigureAwait(false);
                break;
            case ValueTask task:
                await task.ConfigureAwait(false);
                break;
            default:
                break;
        }

        switch (spec)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
            default:
                break;
        }
    }
}
