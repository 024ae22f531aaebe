using System.Globalization;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>Finds the process behind a connection over loopback, in Linux's tables.</summary>
internal static class SocketOwner
{
    private const int LocalColumn = 1;
    private const int InodeColumn = 9;

    /// <summary>The name of the process that has the socket with the local port; null when none of them does.</summary>
    public static string? Of(int localPort, IEnumerable<(string Name, int ProcessId)> processes)
    {
        string? socket = InodeOf(localPort) is { } inode ? $"socket:[{inode}]" : null;
        return socket == null
            ? null
            : processes.Where(process => Has(process.ProcessId, socket)).Select(process => process.Name).FirstOrDefault();
    }

    private static string? InodeOf(int localPort)
    {
        string port = ":" + localPort.ToString("X4", CultureInfo.InvariantCulture);
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > InodeColumn && columns[LocalColumn].EndsWith(port, StringComparison.Ordinal))
            .Select(columns => columns[InodeColumn])
            .FirstOrDefault(inode => inode != "0");
    }

    private static bool Has(int processId, string socket)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd")
                .Any(descriptor => new FileInfo(descriptor).LinkTarget == socket);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return false;
        }
    }
}
