using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Services;

/// <summary>Files by their names and by the full names of everything that they define.</summary>
internal sealed class DescriptorIndex
{
    private readonly FrozenDictionary<string, FileDescriptor> _byName;
    private readonly FrozenDictionary<string, FileDescriptor> _bySymbol;
    private readonly FrozenSet<string> _messages;

    /// <param name="files">The files, each to be had with all that it imports.</param>
    public DescriptorIndex(IEnumerable<FileDescriptor> files)
    {
        var all = new Dictionary<string, FileDescriptor>();
        foreach (var file in files)
        {
            Collect(file, all);
        }

        _byName = all.ToFrozenDictionary();
        _bySymbol = all.Values
            .SelectMany(static file => SymbolsOf(file).Select(symbol => (symbol, file)))
            .ToFrozenDictionary(static pair => pair.symbol, static pair => pair.file);
        _messages = all.Values
            .SelectMany(static file => file.MessageTypes.SelectMany(WithNested))
            .Select(static message => message.FullName)
            .ToFrozenSet();
    }

    public FileDescriptor? FindFile(string name) => _byName.GetValueOrDefault(name);

    public FileDescriptor? FindSymbol(string fullName) => _bySymbol.GetValueOrDefault(fullName);

    public bool HasMessage(string fullName) => _messages.Contains(fullName);

    private static void Collect(FileDescriptor file, Dictionary<string, FileDescriptor> all)
    {
        if (all.TryAdd(file.Name, file))
        {
            foreach (var imported in file.Dependencies)
            {
                Collect(imported, all);
            }
        }
    }

    private static IEnumerable<string> SymbolsOf(FileDescriptor file) =>
    [
        .. file.Services.SelectMany(static service => service.Methods.Select(static method => method.FullName).Prepend(service.FullName)),
        .. file.EnumTypes.SelectMany(SymbolsOf),
        .. file.MessageTypes.SelectMany(WithNested).SelectMany(SymbolsOf),
    ];

    private static IEnumerable<string> SymbolsOf(MessageDescriptor message) =>
    [
        message.FullName,
        .. message.Fields.InDeclarationOrder().Select(static field => field.FullName),
        .. message.Oneofs.Select(static oneof => oneof.FullName),
        .. message.EnumTypes.SelectMany(SymbolsOf),
    ];

    private static IEnumerable<string> SymbolsOf(EnumDescriptor type) =>
        type.Values.Select(static value => value.FullName).Prepend(type.FullName);

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(WithNested).Prepend(message);
}
