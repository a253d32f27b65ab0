/**
 * What each platform's package carries of the native modules, by vsce's names of platforms: the folders of
 * @serialport/bindings-cpp/prebuilds and onnxruntime-node/bin/napi-v6. onnxruntime-node 1.30 has no binary for Intel Macs
 * and none for 32-bit Arm: there the extension inspects, exports and monitors, and says so when asked to run a model.
 * @type {Readonly<Record<string, {serialport: string, onnxruntime?: string}>>}
 */
export const targets = {
  'linux-x64': { serialport: 'linux-x64', onnxruntime: 'linux/x64' },
  'linux-arm64': { serialport: 'linux-arm64', onnxruntime: 'linux/arm64' },
  'linux-armhf': { serialport: 'linux-arm' },
  'darwin-x64': { serialport: 'darwin-x64+arm64' },
  'darwin-arm64': { serialport: 'darwin-x64+arm64', onnxruntime: 'darwin/arm64' },
  'win32-x64': { serialport: 'win32-x64', onnxruntime: 'win32/x64' },
  'win32-arm64': { serialport: 'win32-arm64', onnxruntime: 'win32/arm64' },
};

export const hostTarget = `${process.platform}-${process.arch}`;
