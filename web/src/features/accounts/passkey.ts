// Passkeys in a browser: what the server asks, as the browser wants it, and what the browser gives, as the server wants it.

import type { PasskeyAsked, PasskeyIn, PasskeyMaking, PasskeyProof } from "../../generated/wire";

/** What came of the device's own question. `not-now`: refused, left alone, or no passkey was there. */
export type Asked<T> = { ok: true; value: T } | { ok: false; why: "not-now" | "there-already" };

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

export function fromBytes(bytes: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function known(ids: string[]): PublicKeyCredentialDescriptor[] {
  return ids.map((id) => ({ type: "public-key", id: toBytes(id) }));
}

/** A passkey that its device can offer by itself, and that is opened by its owner each time. */
export function makingOptions(making: PasskeyMaking): PublicKeyCredentialCreationOptions {
  return {
    challenge: toBytes(making.challenge),
    rp: { id: making.host, name: making.site },
    user: { id: toBytes(making.user), name: making.user_name, displayName: making.user_name },
    pubKeyCredParams: making.algorithms.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: known(making.known),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
    timeout: making.timeout_ms,
  };
}

export function askingOptions(asked: PasskeyAsked): PublicKeyCredentialRequestOptions {
  return {
    challenge: toBytes(asked.challenge),
    rpId: asked.host,
    allowCredentials: known(asked.allowed),
    userVerification: "required",
    timeout: asked.timeout_ms,
  };
}

/** Whether this browser can be asked at all: only pages over https, or of this very machine. */
export function possible(page: Pick<Window, "isSecureContext">): boolean {
  return page.isSecureContext && "PublicKeyCredential" in page;
}

export async function make(container: CredentialsContainer, making: PasskeyMaking, name: string): Promise<Asked<PasskeyIn>> {
  return attempt(async () => {
    const made = (await container.create({ publicKey: makingOptions(making) })) as PublicKeyCredential;
    const response = made.response as AuthenticatorAttestationResponse;
    return { name, id: made.id, client_data: fromBytes(response.clientDataJSON), attestation: fromBytes(response.attestationObject) };
  });
}

export async function prove(container: CredentialsContainer, asked: PasskeyAsked): Promise<Asked<PasskeyProof>> {
  return attempt(async () => {
    const found = (await container.get({ publicKey: askingOptions(asked) })) as PublicKeyCredential;
    const response = found.response as AuthenticatorAssertionResponse;
    return {
      id: found.id,
      client_data: fromBytes(response.clientDataJSON),
      authenticator_data: fromBytes(response.authenticatorData),
      signature: fromBytes(response.signature),
      user: response.userHandle === null || response.userHandle.byteLength === 0 ? null : fromBytes(response.userHandle),
    };
  });
}

async function attempt<T>(act: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    const there = error instanceof Error && error.name === "InvalidStateError";
    return { ok: false, why: there ? "there-already" : "not-now" };
  }
}
