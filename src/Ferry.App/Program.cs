using Ferry.App;

return await Launch.RunAsync(args);
